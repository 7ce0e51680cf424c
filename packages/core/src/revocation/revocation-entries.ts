import { parseInstantMs } from '../mapping/instant.ts';
import type { RevocationSpec } from '../mapping/objects.ts';
import type { CoveringRevocation } from './coverage.ts';

/** A stored revocation. */
export interface NamedRevocation {
  readonly name: string;
  readonly spec: RevocationSpec;
}

/** Most telling first: an entry is filed under the first that it names. */
export const WORKLOAD_FIELDS = [
  'podUid',
  'serviceAccountUid',
  'nodeUid',
  'pod',
  'serviceAccount',
  'node',
  'namespace',
  'cluster',
] as const;
type WorkloadField = (typeof WORKLOAD_FIELDS)[number];

/** Every one of its `fields` must hold. */
export interface Entry extends CoveringRevocation {
  readonly issuedBeforeMs: number;
  readonly expiresAtMs: number;
}

/** Where entries lie: by the `jti` of the subject token, the subject, or a field of the workload. */
export type Place = 'source_jti' | 'subject' | WorkloadField | 'everyone';

/** The one key in the place of those that name nothing. */
export const EVERYONE = '';

/** An entry with the one place and key by which it is found. */
export interface Filing {
  readonly place: Place;
  readonly key: string;
  readonly entry: Entry;
}

/** Empty for a revocation of one issued credential: it says nothing of exchanges. */
export function filingsOf(revocation: NamedRevocation): readonly Filing[] {
  const { sourceJti, subject, workload } = revocation.spec;
  const filings: Filing[] = [];
  if (sourceJti !== undefined) {
    filings.push({ place: 'source_jti', key: sourceJti, entry: compileEntry(revocation, 'source_jti') });
  }
  if (subject !== undefined) {
    filings.push({ place: 'subject', key: subject, entry: compileEntry(revocation, 'subject') });
  }
  if (workload !== undefined || namesNothing(revocation.spec)) {
    const entry = compileEntry(revocation, 'workload');
    const [place, key] = entry.fields[0] ?? ['everyone', EVERYONE];
    filings.push({ place, key, entry });
  }
  return filings;
}

function compileEntry({ name, spec }: NamedRevocation, by: Entry['by']): Entry {
  const workload = by === 'workload' ? (spec.workload ?? {}) : {};
  const fields = WORKLOAD_FIELDS.flatMap((field) => {
    const value = workload[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    name,
    by,
    fields,
    issuedBeforeMs: instantOr(spec.issuedBefore, Number.POSITIVE_INFINITY),
    expiresAtMs: instantOr(spec.expiresAt, Number.POSITIVE_INFINITY),
  };
}

function instantOr(instant: string | undefined, otherwise: number): number {
  return instant === undefined ? otherwise : (parseInstantMs(instant) ?? otherwise);
}

function namesNothing(spec: RevocationSpec): boolean {
  return spec.sourceJti === undefined && spec.credentialJti === undefined && spec.subject === undefined;
}
