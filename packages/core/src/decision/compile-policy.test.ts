import { describe, expect, test } from 'vitest';
import type { IdentitySystemSpec } from '../mapping/objects.ts';
import { compilePolicy, compilePolicySteps, type Policy } from './compile-policy.ts';
import { decide } from './decide.ts';
import {
  BROKER_ISSUER,
  type PolicySketch,
  requestOf,
  snapshotOf,
  workloadOf,
} from './policy-fixtures.test-support.ts';

function compile(sketch: PolicySketch): Policy {
  return compilePolicy(snapshotOf(sketch), { issuer: BROKER_ISSUER });
}

function faultsOf(sketch: PolicySketch): string[] {
  return compile(sketch).faults.map(({ key, fault }) => `${key.kind} ${key.name}: ${fault}`);
}

function reasonOf(policy: Policy): string {
  const decision = decide(policy, workloadOf({}), requestOf({}));
  return decision.kind === 'issue' ? 'issue' : decision.reason;
}

const ISSUER = 'https://kubernetes.default.svc';

describe('the clusters of a policy', () => {
  test('L34: a cluster that names no audiences takes tokens for this broker alone', () => {
    expect(compile({}).clusterNamed('eu1')?.audiences).toEqual([BROKER_ISSUER]);
    expect(compile({ clusters: { eu1: { audiences: [] } } }).clusterNamed('eu1')?.audiences).toEqual([]);
  });

  test('every default that depends on something else is filled in', () => {
    expect(
      compile({ clusters: { eu1: { issuers: ['https://issuer.eu1'] } } }).clusterNamed('eu1'),
    ).toMatchObject({
      name: 'eu1',
      identityDomain: 'eu1',
      apiServerAudiences: [
        'https://issuer.eu1',
        'https://kubernetes.default.svc',
        'https://kubernetes.default.svc.cluster.local',
      ],
      revision: '7-epoch-7',
    });
  });

  test('what is given is kept', () => {
    const apiServer = { url: 'https://eu1:6443', audiences: ['api'] };
    const policy = compile({ clusters: { eu1: { identityDomain: 'eu', audiences: ['a'], apiServer } } });
    expect(policy.clusterNamed('eu1')).toMatchObject({
      identityDomain: 'eu',
      audiences: ['a'],
      apiServerAudiences: ['api'],
    });
  });

  test('A10: clusters that share an issuer string are all candidates, and each of them once', () => {
    const policy = compile({ clusters: { eu1: { issuers: [ISSUER, ISSUER] }, eu2: {} } });
    expect(policy.clustersOfIssuer(ISSUER).map(({ name }) => name)).toEqual(['eu1', 'eu2']);
  });

  test('L14: a disabled cluster is a candidate for no token', () => {
    const policy = compile({ clusters: { eu1: { enabled: false }, eu2: {} } });
    expect(policy.clustersOfIssuer(ISSUER).map(({ name }) => name)).toEqual(['eu2']);
    expect(policy.clusterNamed('eu1')).toBeUndefined();
  });

  test('an unknown issuer has no candidates, and neither have the names that every object has', () => {
    for (const issuer of ['https://unknown', '', '__proto__', 'constructor']) {
      expect(compile({}).clustersOfIssuer(issuer)).toEqual([]);
    }
  });
});

describe('objects that make no sense', () => {
  test('a sound policy has no faults, disabled rules and shadows included', () => {
    const rules = { any: {}, off: { enabled: false }, shadow: { enforcement: 'shadow' as const } };
    expect(faultsOf({ rules: { ...rules, stop: { effect: 'deny' } } })).toEqual([]);
  });

  test('A61: an audience that two targets claim is found by neither, and both are named', () => {
    const sketch = { targets: { vault: { enabled: false }, 'vault-2': {} }, rules: { any: {} } };
    expect(faultsOf(sketch)).toEqual([
      'Target vault: audience_contested',
      'Target vault-2: audience_contested',
    ]);
    expect(reasonOf(compile(sketch))).toBe('audience_unknown');
  });

  test('A61: a target without a system contests an audience all the same', () => {
    const sketch = { targets: { vault: {}, 'lost/vault': {} }, rules: { any: {} } };
    expect(faultsOf(sketch)).toEqual([
      'Target vault: audience_contested',
      'Target vault: identity_system_missing',
    ]);
    expect(reasonOf(compile(sketch))).toBe('audience_unknown');
  });

  test('a target that lists one audience twice contests it with nobody', () => {
    const audiences = ['vault.company.com', 'vault.company.com'];
    expect(reasonOf(compile({ targets: { vault: { audiences } }, rules: { any: {} } }))).toBe('issue');
  });

  test.each([
    [{ audiences: [BROKER_ISSUER] }, 'audience_reserved'],
    [{ audiences: [`${BROKER_ISSUER}/token`] }, 'audience_reserved'],
    [{ issuedAudience: BROKER_ISSUER }, 'audience_reserved'],
    [{ issuedAudience: 'elsewhere' }, 'audience_outside_patterns'],
    [{ audiences: ['elsewhere'] }, 'audience_outside_patterns'],
  ])('A61: a target with %j is found by nobody', (target, fault) => {
    const identitySystems = {
      myidsystem: { audiencePatterns: ['*.company.com', `${BROKER_ISSUER}*`, BROKER_ISSUER] },
    };
    const policy = compile({ identitySystems, targets: { vault: target }, rules: { any: {} } });
    expect(policy.faults).toEqual([expect.objectContaining({ fault })]);
    for (const audience of ['vault.company.com', BROKER_ISSUER, `${BROKER_ISSUER}/token`, 'elsewhere']) {
      expect(policy.targetOfAudience(audience)).toBeUndefined();
    }
  });

  test('A60: an audience of a cluster belongs to no target, though the cluster is disabled', () => {
    const clusters = { eu1: {}, eu2: { enabled: false, audiences: ['vault.company.com'] } };
    expect(faultsOf({ clusters })).toEqual(['Target vault: audience_reserved']);
  });

  test('a rule whose system is missing matches in no other', () => {
    const sketch = { rules: { 'lost/any': {} } };
    expect(faultsOf(sketch)).toEqual(['MappingRule any: identity_system_missing']);
    expect(reasonOf(compile(sketch))).toBe('rule_not_matched');
  });

  test.each([
    ['a.b', {}],
    ['symbolon', {}],
    ['UPPER', {}],
    ['otherform', { subject: '{serviceAccount}' as IdentitySystemSpec['subject'] }],
  ])('A01 A05: a system named %s is nobody’s, with its targets and rules', (name, spec) => {
    const sketch = {
      identitySystems: { [name]: spec },
      targets: { [`${name}/vault`]: {} },
      rules: { [`${name}/any`]: {} },
    };
    expect(faultsOf(sketch)).toContain(`IdentitySystem ${name}: identity_system_invalid`);
    expect(reasonOf(compile(sketch))).toBe('audience_unknown');
  });

  test('A02: a system without {cluster} and without a domain names nobody', () => {
    const snapshot = snapshotOf({ rules: { any: {} } });
    const identitySystems = snapshot.identitySystems.map(({ spec, ...rest }) => {
      const { identityDomain: _, ...withoutDomain } = spec;
      return { ...rest, spec: withoutDomain };
    });
    const policy = compilePolicy({ ...snapshot, identitySystems }, { issuer: BROKER_ISSUER });
    expect(policy.faults).toContainEqual(expect.objectContaining({ fault: 'identity_system_invalid' }));
    expect(reasonOf(policy)).toBe('audience_unknown');
  });

  test('an audience pattern that cannot be read covers nothing', () => {
    const sketch = { identitySystems: { myidsystem: { audiencePatterns: ['**'] } } };
    expect(faultsOf(sketch)).toEqual([
      'IdentitySystem myidsystem: pattern_invalid',
      'Target vault: audience_outside_patterns',
    ]);
  });

  test.each([
    ['pattern_invalid', { match: { namespaces: ['**'] } }],
    ['pattern_invalid', { match: { clusters: ['EU1'] } }],
    ['pattern_invalid', { match: { serviceAccounts: [] } }],
    ['pattern_invalid', { targets: ['vault/x'] }],
    ['pattern_invalid', { match: { namespaces: ['demo', 'a|b'] } }],
    ['window_invalid', { notBefore: '2027-02-30T00:00:00Z' }],
    ['window_invalid', { notAfter: 'never' }],
    ['condition_unsupported', { match: { condition: 'true' } }],
  ])('%s: an allow with %j is left out, a deny with it covers what it may have meant', (fault, broken) => {
    const allow = { rules: { broken } };
    expect(faultsOf(allow)).toEqual([`MappingRule broken: ${fault}`]);
    expect(reasonOf(compile(allow))).toBe('rule_not_matched');

    const deny = { rules: { any: {}, broken: { effect: 'deny' as const, ...broken } } };
    expect(faultsOf(deny)).toEqual([`MappingRule broken: ${fault}`]);
    expect(reasonOf(compile(deny))).toBe('rule_denied');
  });

  test('a deny with one broken list keeps to the others', () => {
    const match = { namespaces: ['**'], serviceAccounts: ['web'] };
    expect(reasonOf(compile({ rules: { any: {}, stop: { effect: 'deny', match } } }))).toBe('issue');
  });

  test.each(['sub', 'aud', 'kubernetes.io', 'act', 'cnf', 'Sub', 'k8s_namespace'])(
    'A65: an allow whose claims would set %s is left out',
    (claim) => {
      const sketch = { rules: { forger: { claims: { [claim]: 'x' } } } };
      expect(faultsOf(sketch)).toEqual(['MappingRule forger: claim_reserved']);
      expect(reasonOf(compile(sketch))).toBe('rule_not_matched');
    },
  );

  test('a deny is in force whatever its claims are, for it issues none', () => {
    const stop = { effect: 'deny' as const, claims: { sub: 'x' } };
    expect(faultsOf({ rules: { any: {}, stop } })).toEqual([]);
    expect(reasonOf(compile({ rules: { any: {}, stop } }))).toBe('rule_denied');
  });

  test('one broken object takes nothing else with it', () => {
    const sketch = {
      rules: { broken: { match: { namespaces: ['**'] } }, any: {} },
      targets: { vault: {}, 'lost/x': { audiences: ['x'] } },
    };
    expect(reasonOf(compile(sketch))).toBe('issue');
  });
});

describe('compilePolicySteps', () => {
  test('yields every few hundred rules and revocations, and returns what compilePolicy does', () => {
    const many = (of: object) => Object.fromEntries(Array.from({ length: 1200 }, (_, at) => [`a-${at}`, of]));
    const sketch = { rules: many({}), revocations: many({ sourceJti: 'other' }) };
    const steps = compilePolicySteps(snapshotOf(sketch), { issuer: BROKER_ISSUER });
    let yields = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) yields += 1;
    expect(yields).toBe(4);
    expect(step.value.objects).toEqual(compile(sketch).objects);
    expect(reasonOf(step.value)).toBe('issue');
  });
});
