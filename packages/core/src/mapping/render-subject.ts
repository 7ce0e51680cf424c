import { type Refused, refused } from '../result.ts';
import { isDnsLabel, isDnsSubdomain, isIdentitySystemName, isSharedSubjectName } from './names.ts';
import type { SubjectForm } from './objects.ts';

/** No subject is longer, whatever a target allows. */
const MAX_SUBJECT_BYTES = 255;

export interface SubjectOrder {
  readonly system: { readonly name: string; readonly subject: SubjectForm };
  readonly workload: {
    readonly cluster: string;
    readonly namespace: string;
    readonly serviceAccount: { readonly name: string };
  };
  /** The winning rule's, or null where it has none. */
  readonly sharedSubject: string | null;
  /** The target's own limit in bytes. */
  readonly maxSubjectBytes: number;
}

export type RenderedSubject =
  | { readonly kind: 'rendered'; readonly subject: string }
  | Refused<'subject_too_long' | 'subject_invalid'>;

/**
 * `<system>.<namespace>.<serviceAccount>`, `<system>.<cluster>.<namespace>.<serviceAccount>`, or, where the rule shares
 * one, `<system>.shared/<name>`.
 *
 * Only a ServiceAccount's name, which comes last, may hold dots, and all subjects of a system have one form: so two
 * workloads never get one subject, and no system can spell another's. Every part is judged again here, whoever judged
 * it before: a subject is read by policy languages in which `$ { } * ?` mean something, and `:` belongs to other kinds
 * of subject (`user:...`, `system:...`). A part that does not fit is a refusal; nothing is escaped, folded or cut.
 */
export function renderSubject(order: SubjectOrder): RenderedSubject {
  const { system, maxSubjectBytes } = order;
  if (!isIdentitySystemName(system.name)) return refused('subject_invalid');
  const rest = order.sharedSubject === null ? nativeName(order) : sharedName(order.sharedSubject);
  if (rest === null) return refused('subject_invalid');
  const subject = `${system.name}.${rest}`;
  // Every part is ASCII, so the length is that in bytes.
  if (!(subject.length <= Math.min(maxSubjectBytes, MAX_SUBJECT_BYTES))) return refused('subject_too_long');
  return { kind: 'rendered', subject };
}

function nativeName({ system, workload }: SubjectOrder): string | null {
  const { cluster, namespace, serviceAccount } = workload;
  if (!isDnsLabel(namespace) || !isDnsSubdomain(serviceAccount.name)) return null;
  switch (system.subject) {
    case '{namespace}.{serviceAccount}':
      return `${namespace}.${serviceAccount.name}`;
    case '{cluster}.{namespace}.{serviceAccount}':
      return isDnsLabel(cluster) ? `${cluster}.${namespace}.${serviceAccount.name}` : null;
    default:
      // A stored form that this version does not know names nobody.
      return null;
  }
}

function sharedName(name: string): string | null {
  return isSharedSubjectName(name) ? `shared/${name}` : null;
}
