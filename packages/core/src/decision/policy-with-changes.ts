import type { ConfigurationChanges } from '../configuration/ports.ts';
import type { Kind, ObjectKey, StoredObject } from '../configuration/stored-object.ts';
import type { RevocationIndex } from '../revocation/revocation-index.ts';
import { compileFrame, type FrameObjects, frameKey, type PolicyFrame } from './compile-frame.ts';
import { type Policy, type PolicyOptions, policyOf } from './compile-policy.ts';
import type { RulesBySystem } from './rules-by-system.ts';

/**
 * The policy that `compilePolicy` makes of the configuration after these changes; what did not change is not compiled
 * again, and a change of one rule costs the same among a million. The policy that is given stays as it is, for whoever
 * decides by it. What was written takes the place of an object of its key, if there was one; what was deleted need not
 * have been there.
 */
export function policyWithChanges(
  policy: Policy,
  changes: ConfigurationChanges,
  options: PolicyOptions,
): Policy {
  const { frame, rules, revocations } = policy.parts;
  return policyOf({
    epoch: changes.epoch,
    frame: frameWith(frame, changes, options),
    rules: rulesWith(rules, changes),
    revocations: revocationsWith(revocations, changes),
  });
}

function frameWith(
  frame: PolicyFrame,
  changes: ConfigurationChanges,
  { issuer }: PolicyOptions,
): PolicyFrame {
  const { clusters, identitySystems, targets } = frame.objects;
  const objects: FrameObjects = {
    clusters: objectsWith(clusters, 'Cluster', changes),
    identitySystems: objectsWith(identitySystems, 'IdentitySystem', changes),
    targets: objectsWith(targets, 'Target', changes),
  };
  const isSame =
    objects.clusters === clusters &&
    objects.identitySystems === identitySystems &&
    objects.targets === targets;
  return isSame ? frame : compileFrame(objects, issuer);
}

function objectsWith<K extends Kind>(
  objects: ReadonlyMap<string, StoredObject<K>>,
  kind: K,
  changes: ConfigurationChanges,
): ReadonlyMap<string, StoredObject<K>> {
  const { written, deleted } = ofKind(kind, changes);
  if (written.length === 0 && deleted.length === 0) return objects;
  const changed = new Map(objects);
  for (const key of deleted) changed.delete(frameKey(key));
  for (const object of written) changed.set(frameKey(object.key), object);
  return changed;
}

function rulesWith(rules: RulesBySystem, changes: ConfigurationChanges): RulesBySystem {
  const { written, deleted } = ofKind('MappingRule', changes);
  if (written.length === 0 && deleted.length === 0) return rules;
  const edit = rules.edit();
  for (const key of deleted) edit.delete(key);
  for (const { key, spec } of written) edit.write(key, spec);
  return edit.done();
}

function revocationsWith(revocations: RevocationIndex, changes: ConfigurationChanges): RevocationIndex {
  const { written, deleted } = ofKind('Revocation', changes);
  if (written.length === 0 && deleted.length === 0) return revocations;
  const edit = revocations.edit();
  for (const { name } of deleted) edit.delete(name);
  for (const { key, spec } of written) edit.write({ name: key.name, spec });
  return edit.done();
}

function ofKind<K extends Kind>(kind: K, { written, deleted }: ConfigurationChanges) {
  return {
    written: written.filter((object): object is StoredObject<K> => object.key.kind === kind),
    deleted: deleted.filter((key): key is ObjectKey<K> => key.kind === kind),
  };
}
