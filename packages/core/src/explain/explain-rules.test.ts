import { describe, expect, test } from 'vitest';
import { ruleFactsOf } from '../decision/decide.ts';
import {
  NOW_SECONDS,
  ruleOf,
  type WorkloadSketch,
  workloadOf,
} from '../decision/policy-fixtures.test-support.ts';
import { createRulesExplainer, explainedRules } from './explain-rules.ts';

type Sketch = Parameters<typeof ruleOf>[0];

const EPOCH = { number: 7, id: 'epoch-7' };

interface Asked {
  readonly workload?: WorkloadSketch;
  readonly decidedBy?: string | null;
  readonly drafts?: { readonly [name: string]: Sketch };
}

function explained(rules: { readonly [name: string]: Sketch }, asked: Asked = {}) {
  const { workload = {}, decidedBy = null, drafts = {} } = asked;
  const facts = ruleFactsOf(workloadOf(workload), 'vault', NOW_SECONDS);
  const explainer = createRulesExplainer({ facts, decidedBy, epoch: EPOCH });
  for (const [name, spec] of Object.entries(rules)) explainer.add({ name, spec: ruleOf(spec), epoch: EPOCH });
  for (const [name, spec] of Object.entries(drafts)) explainer.add({ name, spec: ruleOf(spec), epoch: null });
  const { rules: closest, omitted } = explainer.closest();
  return { rules: explainedRules(closest, decidedBy), omitted };
}

const aspectsOf = (spec: Sketch, workload: WorkloadSketch = {}) =>
  explained({ rule: spec }, { workload }).rules[0]?.because.map(({ aspect }) => aspect);

describe('why a rule did not match', () => {
  test.each([
    ['enabled', { enabled: false }],
    ['enforcement', { enforcement: 'shadow' }],
    ['window', { notAfter: '2027-01-15T08:00:00Z' }],
    ['cluster', { match: { clusters: ['eu2'] } }],
    ['namespace', { match: { namespaces: ['prod'] } }],
    ['service_account', { match: { serviceAccounts: ['web'] } }],
    ['service_account_uid', { match: { serviceAccountUid: 'uid-2' } }],
    ['target', { targets: ['database'] }],
  ] as const)('%s alone', (aspect, spec) => {
    expect(aspectsOf(spec)).toEqual([aspect]);
    expect(explained({ rule: spec }).rules).toMatchObject([{ name: 'rule', outcome: 'not_matched' }]);
  });

  test('A08: the ServiceAccount default alone', () => {
    expect(aspectsOf({}, { serviceAccount: 'default' })).toEqual(['default_service_account']);
  });

  test('everything, and not the first thing only', () => {
    const spec = {
      enabled: false,
      notBefore: '2028-01-01T00:00:00Z',
      match: {
        clusters: ['eu2'],
        namespaces: ['prod', 'stage'],
        serviceAccounts: ['web'],
        serviceAccountUid: 'x',
      },
      targets: ['database'],
    };
    expect(aspectsOf(spec)).toEqual([
      'enabled',
      'cluster',
      'namespace',
      'service_account',
      'service_account_uid',
      'target',
      'window',
    ]);
    expect(explained({ rule: spec }).rules[0]?.because.map(({ detail }) => detail)).toContain(
      'Namespace demo matches none of prod, stage.',
    );
  });
});

describe('why a rule that matches does not decide', () => {
  test.each([
    ['a deny, and a deny beats every allow', { effect: 'deny' }, { priority: 5 }],
    ['has priority 1, this one 0', { priority: 1 }, {}],
    ['pins the uid', { match: { serviceAccountUid: 'uid-1' } }, { match: { namespaces: ['demo'] } }],
    [
      'matches the ServiceAccount more closely',
      { match: { serviceAccounts: ['api'] } },
      { match: { namespaces: ['demo'] } },
    ],
    [
      'matches the namespace more closely',
      { match: { namespaces: ['demo'] } },
      { match: { clusters: ['eu1'] } },
    ],
    ['matches the cluster more closely', { match: { clusters: ['eu1'] } }, { targets: ['vault'] }],
    ['matches the target more closely', { targets: ['vault'] }, {}],
    ['comes first in byte order', {}, {}],
  ] as const)('the other one %s', (why, winner, loser) => {
    const { rules } = explained({ b: loser, a: winner }, { decidedBy: 'a' });
    expect(rules.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['a', 'selected'],
      ['b', 'outranked'],
    ]);
    expect(rules[1]?.because).toMatchObject([{ aspect: 'rank', detail: expect.stringContaining(why) }]);
  });

  test('the one that decides is gone from the store by now', () => {
    const { rules } = explained({ b: {} }, { decidedBy: 'a' });
    expect(rules).toMatchObject([{ outcome: 'outranked', because: [{ detail: 'Another rule decides.' }] }]);
  });
});

describe('rules that are not in force as they are stored', () => {
  test('an allow with a claim that no rule may set is damaged, and says why', () => {
    expect(explained({ rule: { claims: { sub: 'x' } } }).rules).toMatchObject([
      { outcome: 'damaged', because: [{ aspect: 'fault' }] },
    ]);
  });

  test('a deny that covers more than it says decides, and says why', () => {
    const { rules } = explained({ stop: { effect: 'deny', notAfter: '?' } }, { decidedBy: 'stop' });
    expect(rules).toMatchObject([{ outcome: 'selected', because: [{ aspect: 'fault' }] }]);
  });

  test('A32: a rule that changed after the policy was read is not said to match by what it says now', () => {
    const facts = ruleFactsOf(workloadOf({}), 'vault', NOW_SECONDS);
    const explainer = createRulesExplainer({ facts, decidedBy: null, epoch: EPOCH });
    explainer.add({ name: 'new', spec: ruleOf({}), epoch: { number: 8, id: 'epoch-8' } });
    expect(explainedRules(explainer.closest().rules, null)).toMatchObject([
      { outcome: 'damaged', because: [{ aspect: 'fault' }] },
    ]);
  });
});

describe('which rules are shown', () => {
  test('the one that decides, those that match by their rank, then the closest, then by name', () => {
    const { rules, omitted } = explained(
      {
        far: { match: { namespaces: ['prod'], serviceAccounts: ['web'] } },
        'near-b': { match: { namespaces: ['prod'] } },
        'near-a': { enabled: false },
        beaten: {},
        second: { priority: 1 },
        'z-deny': { effect: 'deny', priority: -1, match: { serviceAccounts: ['a**'] }, notAfter: '?' },
      },
      { decidedBy: 'draft', drafts: { draft: { priority: 2 } } },
    );
    expect(rules.map(({ name, isDraft }) => `${name}${isDraft ? ' (draft)' : ''}`)).toEqual([
      'draft (draft)',
      'z-deny',
      'second',
      'beaten',
      'near-a',
      'near-b',
      'far',
    ]);
    expect(omitted).toBe(0);
  });

  test('one that matches is before one that does not, though it is damaged', () => {
    const { rules } = explained({ near: { enabled: false }, stop: { effect: 'deny', notAfter: '?' } });
    expect(rules.map(({ name }) => name)).toEqual(['stop', 'near']);
  });

  test('of very many the closest 100, whatever their order, and how many are left out', () => {
    const far = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [
        `far-${index}`,
        { match: { namespaces: ['x'], clusters: ['y'] } },
      ]),
    );
    const { rules, omitted } = explained(
      { ...far, near: { match: { namespaces: ['prod'] } }, match: {}, winner: { priority: 1 } },
      { decidedBy: 'winner' },
    );
    expect(rules).toHaveLength(100);
    expect(rules.slice(0, 4).map(({ name }) => name)).toEqual(['winner', 'match', 'near', 'far-0']);
    expect(omitted).toBe(4903);
  });
});
