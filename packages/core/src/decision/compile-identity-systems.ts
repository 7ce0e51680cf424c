import type { StoredObject } from '../configuration/stored-object.ts';
import { compilePattern, type Pattern } from '../mapping/glob.ts';
import { isGlobOf, isIdentitySystemName } from '../mapping/names.ts';
import type { IdentitySystemSpec, SubjectForm } from '../mapping/objects.ts';
import type { PolicyFault } from './policy-fault.ts';

export interface CompiledSystem {
  readonly name: string;
  readonly subject: SubjectForm;
  /** The only identity domain whose workloads it names; null: it names those of all, by their cluster. */
  readonly identityDomain: string | null;
  readonly audiencePatterns: readonly Pattern[];
}

interface Compilation {
  readonly byName: ReadonlyMap<string, CompiledSystem>;
  readonly faults: readonly PolicyFault[];
}

/** The identity systems that can name somebody. */
export function compileIdentitySystems(systems: Iterable<StoredObject<'IdentitySystem'>>): Compilation {
  const byName = new Map<string, CompiledSystem>();
  const faults: PolicyFault[] = [];
  for (const { key, spec } of systems) {
    if (!isUsable(key.name, spec)) {
      faults.push({ key, fault: 'identity_system_invalid' });
      continue;
    }
    const audiencePatterns = spec.audiencePatterns.filter((pattern) => isGlobOf('audience', pattern));
    if (audiencePatterns.length < spec.audiencePatterns.length) {
      faults.push({ key, fault: 'pattern_invalid' });
    }
    byName.set(key.name, {
      name: key.name,
      subject: spec.subject,
      identityDomain: spec.identityDomain ?? null,
      audiencePatterns: audiencePatterns.map(compilePattern),
    });
  }
  return { byName, faults };
}

/** A system whose subjects would not be its own, or not one workload's alone, names nobody. */
function isUsable(name: string, spec: IdentitySystemSpec): boolean {
  if (!isIdentitySystemName(name)) return false;
  switch (spec.subject) {
    case '{namespace}.{serviceAccount}':
      return spec.identityDomain !== undefined;
    case '{cluster}.{namespace}.{serviceAccount}':
      return true;
    default:
      // A stored form that this version does not know.
      return false;
  }
}
