import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConfigurationChanges } from '../configuration/ports.ts';
import type { ConfigurationSnapshot, Kind, ObjectKey, StoredObject } from '../configuration/stored-object.ts';
import { compareByteOrder } from '../mapping/byte-order.ts';
import { compilePolicy, type Policy } from './compile-policy.ts';
import { decide, ruleFactsOf } from './decide.ts';
import { policySketch, requestSketch, workloadSketch } from './generated-policies.test-support.ts';
import {
  BROKER_ISSUER,
  type PolicySketch,
  requestOf,
  snapshotOf,
  workloadOf,
} from './policy-fixtures.test-support.ts';
import { policyWithChanges } from './policy-with-changes.ts';

const options = { issuer: BROKER_ISSUER };
const SYSTEMS = ['myidsystem', 'othersystem', 'lost'];

/** The stored objects by key, as a database holds them. */
type Stored = ReadonlyMap<string, StoredObject>;

const textOf = (key: ObjectKey) => JSON.stringify([key.kind, key.identitySystem, key.name]);

function objectsOf(snapshot: ConfigurationSnapshot): readonly StoredObject[] {
  const { clusters, identitySystems, targets, rules, revocations } = snapshot;
  return [...clusters, ...identitySystems, ...targets, ...rules, ...revocations];
}

function storedOf(snapshot: ConfigurationSnapshot): Stored {
  return new Map(objectsOf(snapshot).map((object) => [textOf(object.key), object]));
}

function snapshotWith(stored: Stored, number: number): ConfigurationSnapshot {
  const ofKind = <K extends Kind>(kind: K) =>
    [...stored.values()].filter((object): object is StoredObject<K> => object.key.kind === kind);
  return {
    epoch: { number, id: `epoch-${number}` },
    clusters: ofKind('Cluster'),
    identitySystems: ofKind('IdentitySystem'),
    targets: ofKind('Target'),
    rules: ofKind('MappingRule'),
    revocations: ofKind('Revocation'),
  };
}

function storedAfter(stored: Stored, { written, deleted }: ConfigurationChanges): Stored {
  const after = new Map(stored);
  for (const key of deleted) after.delete(textOf(key));
  for (const object of written) after.set(textOf(object.key), object);
  return after;
}

/** Of the objects of a sketch some are written, some are deleted whether they are there or not, and most left. */
const changeSketch = fc.record({
  sketch: policySketch,
  fates: fc.array(fc.constantFrom('write', 'write', 'delete', 'leave', 'leave', 'leave'), {
    minLength: 29,
    maxLength: 29,
  }),
});

function changesOf(
  { sketch, fates }: { readonly sketch: PolicySketch; readonly fates: readonly string[] },
  number: number,
): ConfigurationChanges {
  const objects = objectsOf(snapshotOf(sketch));
  const fated = (fate: string) => objects.filter((_, at) => fates[at % fates.length] === fate);
  return {
    epoch: { number, id: `epoch-${number}` },
    written: fated('write'),
    deleted: fated('delete').map(({ key }) => key),
  };
}

const question = fc.record({ workload: workloadSketch, request: requestSketch });
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

/** Everything that anybody can learn of a policy, in an order of its own. */
function factsOf(policy: Policy, questions: readonly Question[]) {
  return {
    epoch: policy.epoch,
    decisions: questions.map((asked) => answerOf(policy, asked)),
    clusters: sorted(policy.clusters),
    ofIssuer: sorted(policy.clustersOfIssuer('https://kubernetes.default.svc')),
    targets: sorted(policy.targets),
    faults: sorted(policy.faults),
    objects: policy.objects,
    signingAlgorithms: sorted(policy.signingAlgorithms),
  };
}

function answerOf(policy: Policy, { workload: described, request: sketch }: Question) {
  const workload = workloadOf(described);
  const request = requestOf(sketch);
  const { nowSeconds } = request;
  const { at } = ruleFactsOf(workload, 'vault', nowSeconds);
  return {
    decision: decide(policy, workload, request),
    revoked: policy.revocations.coverageOfWorkload(workload, nowSeconds),
    subject: policy.revocations.coverageOfSubject('myidsystem.demo.api', workload, nowSeconds),
    candidates: SYSTEMS.map((system) => sorted([...new Set(policy.rulesOf(system).candidates(at))])),
  };
}

function sorted(values: readonly unknown[]): readonly string[] {
  return values.map((value) => JSON.stringify(value)).sort(compareByteOrder);
}

describe('policyWithChanges', () => {
  test('A32: decides after any changes as the whole configuration compiled anew, and older policies as they did', () => {
    const seen = { moved: 0, faults: 0, withoutSystem: 0 };
    fc.assert(
      fc.property(
        policySketch,
        fc.array(changeSketch, { minLength: 1, maxLength: 6 }),
        fc.array(question, { minLength: 5, maxLength: 5 }),
        (sketch, sketches, questions) => {
          let stored = storedOf(snapshotOf(sketch));
          let policy = compilePolicy(snapshotWith(stored, 0), options);
          const made = [{ policy, stored, number: 0 }];
          for (const [at, changeSketched] of sketches.entries()) {
            const changes = changesOf(changeSketched, at + 1);
            stored = storedAfter(stored, changes);
            policy = policyWithChanges(policy, changes, options);
            made.push({ policy, stored, number: at + 1 });
          }
          // Only after the last change is anything asked, so that a change which reached back would show.
          const facts = made.map((one) => {
            const anew = compilePolicy(snapshotWith(one.stored, one.number), options);
            expect(factsOf(one.policy, questions)).toEqual(factsOf(anew, questions));
            return JSON.stringify(factsOf(one.policy, questions).decisions);
          });
          seen.moved += new Set(facts).size - 1;
          seen.faults += policy.faults.length;
          if (policy.faults.some(({ key, fault }) => isRuleOf('myidsystem', key) && isMissing(fault))) {
            seen.withoutSystem += 1;
          }
        },
      ),
      { numRuns: 250 },
    );
    // The comparison says something only where changes decided something.
    expect(seen.moved).toBeGreaterThan(100);
    expect(seen.faults).toBeGreaterThan(100);
    expect(seen.withoutSystem).toBeGreaterThan(10);
  }, 60_000);

  const isRuleOf = (system: string, key: ObjectKey) =>
    key.kind === 'MappingRule' && key.identitySystem === system;
  const isMissing = (fault: string) => fault === 'identity_system_missing';

  test('a policy may be changed in two ways, neither of which the other sees', () => {
    const policy = compilePolicy(snapshotOf({ rules: { any: {} } }), options);
    const denied = policyWithChanges(policy, written({ rules: { any: { effect: 'deny' } } }), options);
    const emptied = policyWithChanges(policy, deleted({ rules: { any: {} } }), options);
    expect([policy, denied, emptied].map(reasonOf)).toEqual(['issue', 'rule_denied', 'rule_not_matched']);
  });

  test('A32: a deny and a revocation that come with a change refuse at once', () => {
    const policy = compilePolicy(snapshotOf({ rules: { any: {} } }), options);
    const stop = policyWithChanges(policy, written({ rules: { stop: { effect: 'deny' } } }), options);
    const revocations = { leaked: { workload: { namespace: 'demo' } } };
    const revoked = policyWithChanges(policy, written({ revocations }), options);
    expect([stop, revoked].map(reasonOf)).toEqual(['rule_denied', 'workload_revoked']);
  });

  test('rules wait for their identity system, and are in force once it is there again', () => {
    const policy = compilePolicy(snapshotOf({ rules: { any: {} } }), options);
    const without = policyWithChanges(policy, deleted({ identitySystems: { myidsystem: {} } }), options);
    const again = policyWithChanges(without, written({ identitySystems: { myidsystem: {} } }), options);
    expect([without, again].map(reasonOf)).toEqual(['audience_unknown', 'issue']);
    expect(without.faults.map(({ key, fault }) => `${key.kind}: ${fault}`).sort()).toEqual([
      'MappingRule: identity_system_missing',
      'Target: identity_system_missing',
    ]);
    expect(again.faults).toEqual([]);
  });

  test('what did not change is not compiled again', () => {
    const rules = { any: {}, 'othersystem/any': {} };
    const identitySystems = { myidsystem: {}, othersystem: {} };
    const policy = compilePolicy(snapshotOf({ identitySystems, rules }), options);
    const { at } = ruleFactsOf(workloadOf({}), 'vault', 0);
    const candidate = (of: Policy) => of.rulesOf('myidsystem').candidates(at)[0];
    expect(candidate(policy)).toBeDefined();

    const ofRule = policyWithChanges(policy, written({ rules: { other: { targets: ['x'] } } }), options);
    expect(candidate(ofRule)).toBe(candidate(policy));
    expect(ofRule.rulesOf('othersystem')).toBe(policy.rulesOf('othersystem'));
    expect(ofRule.clusters).toBe(policy.clusters);
    expect(ofRule.revocations).toBe(policy.revocations);

    const ofCluster = policyWithChanges(policy, written({ clusters: { eu2: {} } }), options);
    expect(ofCluster.clusters).toHaveLength(2);
    expect(ofCluster.rulesOf('myidsystem')).toBe(policy.rulesOf('myidsystem'));
  });

  test('counts what is stored, in force or not, through changes that repeat or name nothing', () => {
    const sketch = { rules: { any: {}, off: { enabled: false }, 'lost/any': {} } };
    const policy = compilePolicy(snapshotOf(sketch), options);
    const counted = { Cluster: 1, IdentitySystem: 1, Target: 1, MappingRule: 3, Revocation: 0 };
    expect(policy.objects).toEqual(counted);

    const repeated = policyWithChanges(policy, written(sketch), options);
    const neverThere = { rules: { never: {} }, revocations: { never: {} } };
    expect(policyWithChanges(repeated, deleted(neverThere), options).objects).toEqual(counted);

    const revocations = { a: { credentialJti: 'x' }, b: { subject: 'myidsystem.demo.api' } };
    const revoked = policyWithChanges(policy, written({ revocations }), options);
    expect(revoked.objects).toEqual({ ...counted, Revocation: 2 });
    const fewer = policyWithChanges(revoked, deleted({ rules: { off: {}, 'lost/any': {} } }), options);
    expect(fewer.objects).toEqual({ ...counted, Revocation: 2, MappingRule: 1 });
  });

  test('names every algorithm that a target names, of those that are out of force, too', () => {
    const targets = { vault: {}, 'lost/x': { signingAlgorithm: 'EdDSA' as const, audiences: ['x'] } };
    const policy = compilePolicy(snapshotOf({ targets }), options);
    expect(policy.signingAlgorithms).toEqual(['ES256', 'EdDSA']);
    const first = { targets: { vault: { signingAlgorithm: 'PS256' as const } } };
    expect(policyWithChanges(policy, written(first), options).signingAlgorithms).toEqual(['PS256', 'EdDSA']);
  });
});

const NOTHING = { clusters: {}, identitySystems: {}, targets: {} };

function written(sketch: PolicySketch): ConfigurationChanges {
  const objects = objectsOf(snapshotOf({ ...NOTHING, ...sketch }));
  return { epoch: { number: 8, id: 'epoch-8' }, written: objects, deleted: [] };
}

function deleted(sketch: PolicySketch): ConfigurationChanges {
  const { epoch, written: objects } = written(sketch);
  return { epoch, written: [], deleted: objects.map(({ key }) => key) };
}

function reasonOf(policy: Policy): string {
  const decision = decide(policy, workloadOf({}), requestOf({}));
  return decision.kind === 'issue' ? 'issue' : decision.reason;
}
