import { audiencesOf } from '../configuration/cluster-defaults.ts';
import { isReservedAudience } from '../configuration/reserved-audience.ts';
import type { StoredObject } from '../configuration/stored-object.ts';
import { matchesPattern } from '../mapping/glob.ts';
import type { TargetSpec } from '../mapping/objects.ts';
import type { CompiledSystem } from './compile-identity-systems.ts';
import type { Fault, PolicyFault } from './policy-fault.ts';

export interface CompiledTarget extends TargetSpec {
  readonly name: string;
  readonly system: CompiledSystem;
}

interface Context {
  readonly systems: ReadonlyMap<string, CompiledSystem>;
  /** All of them: what a disabled cluster's tokens are made out to is spoken for as well. */
  readonly clusters: Iterable<StoredObject<'Cluster'>>;
  /** The broker's own. */
  readonly issuer: string;
}

interface Compilation {
  readonly byAudience: ReadonlyMap<string, CompiledTarget>;
  readonly faults: readonly PolicyFault[];
}

/**
 * Targets by the audiences that they are asked for. An audience to which a target has no clear right is nobody's:
 * two targets that claim one would else be told apart by chance, and one that is the broker's or a cluster's, or lies
 * outside what its system may claim, would be issued in another's name. A target that issues such an audience, whatever
 * it is asked for by, is left out whole.
 */
export function compileTargets(targets: readonly StoredObject<'Target'>[], context: Context): Compilation {
  const contested = contestedAudiences(targets);
  const faultOf = createAudienceJudge(context);
  const byAudience = new Map<string, CompiledTarget>();
  const faults: PolicyFault[] = [];

  for (const { key, spec } of targets) {
    const system = key.identitySystem === null ? undefined : context.systems.get(key.identitySystem);
    if (system === undefined) {
      faults.push({ key, fault: 'identity_system_missing' });
      continue;
    }
    const issuedFault = spec.issuedAudience === undefined ? null : faultOf(spec.issuedAudience, system);
    const target = { ...spec, name: key.name, system };
    for (const audience of new Set(spec.audiences)) {
      const fault =
        issuedFault ?? (contested.has(audience) ? 'audience_contested' : faultOf(audience, system));
      if (fault === null) byAudience.set(audience, target);
      else faults.push({ key, fault });
    }
  }
  return { byAudience, faults };
}

function createAudienceJudge({ clusters, issuer }: Context) {
  const ofClusters = new Set([...clusters].flatMap(({ spec }) => audiencesOf(spec, issuer)));
  return (audience: string, system: CompiledSystem): Fault | null => {
    if (ofClusters.has(audience) || isReservedAudience(audience, issuer)) return 'audience_reserved';
    const isWithin = system.audiencePatterns.some((pattern) => matchesPattern(pattern, audience));
    return isWithin ? null : 'audience_outside_patterns';
  };
}

/** Those that more than one target claims, disabled ones and those without a system included. */
function contestedAudiences(targets: readonly StoredObject<'Target'>[]): ReadonlySet<string> {
  const claimed = new Set<string>();
  const contested = new Set<string>();
  for (const { spec } of targets) {
    for (const audience of new Set(spec.audiences)) {
      if (claimed.has(audience)) contested.add(audience);
      claimed.add(audience);
    }
  }
  return contested;
}
