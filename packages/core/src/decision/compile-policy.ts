import type { ConfigurationSnapshot, Epoch, Kind } from '../configuration/stored-object.ts';
import type { SigningAlgorithm } from '../mapping/objects.ts';
import { createRevocationIndex, type RevocationIndex } from '../revocation/revocation-index.ts';
import { compileFrame, frameObjectsOf, type PolicyFrame } from './compile-frame.ts';
import type { CompiledTarget } from './compile-targets.ts';
import type { Cluster, ClusterDirectory } from './policy.ts';
import type { PolicyFault } from './policy-fault.ts';
import type { RuleIndex } from './rule-index.ts';
import { createRulesBySystem, NO_RULES, type RulesBySystem } from './rules-by-system.ts';

/** The immutable, compiled snapshot at one epoch. */
export interface Policy extends ClusterDirectory {
  /** Only enabled clusters: a workload of any other belongs to no identity domain. */
  clusterNamed(name: string): Cluster | undefined;
  /** All that are enabled. */
  readonly clusters: readonly Cluster[];
  targetOfAudience(audience: string): CompiledTarget | undefined;
  /** All that can be asked for by some audience. */
  readonly targets: readonly CompiledTarget[];
  /** The rules of an identity system. */
  rulesOf(system: string): RuleIndex;
  readonly revocations: RevocationIndex;
  /** The objects that are not in force as they are stored, for the operator's log. Empty when all is well. */
  readonly faults: readonly PolicyFault[];
  /** How many are stored, in force or not. */
  readonly objects: { readonly [K in Kind]: number };
  /** All that targets name, whether these are in force or not. */
  readonly signingAlgorithms: readonly SigningAlgorithm[];
  /** What `policyWithChanges` makes the next policy of; nobody else needs it. */
  readonly parts: PolicyParts;
}

/** What a policy is made of. Rules and revocations are many, and none depends on another object. */
export interface PolicyParts {
  readonly epoch: Epoch;
  readonly frame: PolicyFrame;
  readonly rules: RulesBySystem;
  readonly revocations: RevocationIndex;
}

export interface PolicyOptions {
  /** The broker's own: the default audience of clusters. */
  readonly issuer: string;
}

/** How many rules or revocations one step compiles: a few milliseconds' worth. */
const OBJECTS_PER_STEP = 500;

/**
 * Fills in what depends on something else and builds the indexes by which decisions read. An object that has the form
 * of its kind and makes no sense, alone or beside the others, never makes it throw: it is left out (a deny or a
 * revocation is widened) and named in `faults`, so that one tenant's damage is never an outage for all.
 */
export function compilePolicy(snapshot: ConfigurationSnapshot, options: PolicyOptions): Policy {
  const steps = compilePolicySteps(snapshot, options);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/**
 * `compilePolicy` in steps of some milliseconds: it yields between them, for a million rules take seconds, and returns
 * the policy. The snapshot must stay as it is meanwhile.
 */
export function* compilePolicySteps(
  snapshot: ConfigurationSnapshot,
  options: PolicyOptions,
): Generator<void, Policy> {
  const frame = compileFrame(frameObjectsOf(snapshot), options.issuer);
  const rules = createRulesBySystem().edit();
  for (const [at, { key, spec }] of snapshot.rules.entries()) {
    if (at % OBJECTS_PER_STEP === OBJECTS_PER_STEP - 1) yield;
    rules.write(key, spec);
  }
  const revocations = createRevocationIndex([]).edit();
  for (const [at, { key, spec }] of snapshot.revocations.entries()) {
    if (at % OBJECTS_PER_STEP === OBJECTS_PER_STEP - 1) yield;
    revocations.write({ name: key.name, spec });
  }
  return policyOf({ epoch: snapshot.epoch, frame, rules: rules.done(), revocations: revocations.done() });
}

/** The policy that consists of these parts; it costs nothing to speak of, whatever their size. */
export function policyOf(parts: PolicyParts): Policy {
  const { epoch, frame, rules, revocations } = parts;
  const { clusters, identitySystems, targets, objects } = frame;
  return {
    epoch,
    clustersOfIssuer: (issuer) => clusters.byIssuer.get(issuer) ?? [],
    clusterNamed: (name) => clusters.byName.get(name),
    clusters: frame.enabledClusters,
    targetOfAudience: (audience) => targets.byAudience.get(audience),
    targets: frame.reachableTargets,
    rulesOf: (system) => rules.systems.get(system)?.index ?? NO_RULES,
    revocations,
    faults: [...identitySystems.faults, ...faultsOfRules(rules, identitySystems.byName), ...targets.faults],
    objects: {
      Cluster: objects.clusters.size,
      IdentitySystem: objects.identitySystems.size,
      Target: objects.targets.size,
      MappingRule: rules.count,
      Revocation: revocations.size,
    },
    signingAlgorithms: frame.signingAlgorithms,
    parts,
  };
}

/** Of a rule without a system nothing else is said: it is in force nowhere. */
function faultsOfRules(
  { systems }: RulesBySystem,
  known: { has(system: string): boolean },
): readonly PolicyFault[] {
  const found: PolicyFault[] = [];
  for (const [identitySystem, { byName, faults }] of systems) {
    const keyOf = (name: string) => ({ kind: 'MappingRule', identitySystem, name }) as const;
    if (identitySystem !== null && known.has(identitySystem)) {
      for (const [name, fault] of faults.entries()) found.push({ key: keyOf(name), fault });
    } else {
      for (const [name] of byName.entries()) {
        found.push({ key: keyOf(name), fault: 'identity_system_missing' });
      }
    }
  }
  return found;
}
