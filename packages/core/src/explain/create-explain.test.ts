import { createTokenIssuer } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import type { ExplainEvent } from '../audit/events.ts';
import type { ListQuery } from '../configuration/ports.ts';
import type { Kind, StoredObject } from '../configuration/stored-object.ts';
import { compilePolicy } from '../decision/compile-policy.ts';
import {
  BROKER_ISSUER,
  NOW_SECONDS,
  type PolicySketch,
  ruleOf,
  snapshotOf,
} from '../decision/policy-fixtures.test-support.ts';
import type { MappingRuleSpec } from '../mapping/objects.ts';
import { refused, UnavailableError } from '../result.ts';
import type { VerifiedToken } from '../workload/subject-token.ts';
import type { WorkloadFacts } from '../workload/workload-facts.ts';
import { createExplain, type ExplainDeps } from './create-explain.ts';
import type { ExplainRequest, ExplainSubject, Explanation } from './explanation.ts';

const NOW_MS = NOW_SECONDS * 1000;
const eu1 = createTokenIssuer({ now: () => NOW_MS, alg: 'ES256' });
const SKETCH = {
  clusters: { eu1: { issuers: [eu1.issuer] } },
  rules: { any: { scopes: ['*'] } },
} as const satisfies PolicySketch;

interface Asked {
  readonly workload?: Partial<WorkloadFacts>;
  readonly subjectToken?: string;
  readonly audiences?: readonly string[];
  readonly scopes?: readonly string[];
  readonly tokenType?: ExplainRequest['tokenType'];
  readonly draftRules?: ExplainRequest['draftRules'];
}

function explaining(sketch: PolicySketch = SKETCH, overrides: Partial<ExplainDeps> = {}) {
  const snapshot = snapshotOf(sketch);
  const policy = compilePolicy(snapshot, { issuer: BROKER_ISSUER });
  const events: ExplainEvent[] = [];
  const listed: ListQuery[] = [];
  const { explain } = createExplain({
    issuer: BROKER_ISSUER,
    currentPolicy: () => policy,
    now: () => NOW_MS,
    // The one cast that a test may make: signatures are verified elsewhere.
    verifySignature: async ({ claims }) => ({
      kind: 'verified',
      token: { cluster: 'eu1', claims } as VerifiedToken,
    }),
    async list<K extends Kind>(query: ListQuery<K>) {
      listed.push(query);
      const rules = snapshot.rules
        .filter(({ key }) => key.identitySystem === query.identitySystem && key.name > (query.after ?? ''))
        .toSorted((left, right) => (left.key.name < right.key.name ? -1 : 1));
      // Rules are all that is ever asked for.
      return rules.slice(0, query.limit) as readonly StoredObject[] as readonly StoredObject<K>[];
    },
    recordExplanation: async (event) => void events.push(event),
    ...overrides,
  });
  const ask = (asked: Asked = {}): Promise<Explanation> =>
    explain({
      requestId: 'request-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      principal: 'user:bootstrap',
      subject: subjectOf(asked),
      audiences: asked.audiences ?? ['vault.company.com'],
      scopes: asked.scopes ?? [],
      tokenType: asked.tokenType ?? null,
      draftRules: asked.draftRules ?? [],
    });
  return { ask, events, listed };
}

const DESCRIBED: WorkloadFacts = {
  cluster: 'eu1',
  namespace: 'demo',
  serviceAccount: 'api',
  serviceAccountUid: null,
  pod: null,
  podUid: null,
  node: null,
  nodeUid: null,
};

const subjectOf = ({ subjectToken, workload }: Asked): ExplainSubject =>
  subjectToken === undefined
    ? { kind: 'workload', workload: { ...DESCRIBED, ...workload } }
    : { kind: 'subjectToken', subjectToken };

const tokenOf = (overrides: object = {}) =>
  eu1.issueToken({
    namespace: 'demo',
    serviceAccount: 'api',
    audiences: [BROKER_ISSUER],
    ttlSeconds: 3600,
    overrides: { ...overrides },
  });

describe('what is explained', () => {
  test('of a proven token: the decision, the claims and the two bounds', async () => {
    const { ask } = explaining();
    const explanation = await ask({ subjectToken: tokenOf(), scopes: ['read', 'unheard-of'] });
    expect(explanation).toMatchObject({
      decision: 'issue',
      reason: null,
      epoch: { number: 7, id: 'epoch-7' },
      workload: { cluster: 'eu1', namespace: 'demo', serviceAccount: 'api' },
      identitySystem: 'myidsystem',
      target: 'vault',
      rules: [{ name: 'any', outcome: 'selected', isDraft: false }],
      rulesOmitted: 0,
      nearMisses: [],
      credential: {
        tokenType: 'access_token',
        scopes: ['read'],
        expiresInSeconds: 600,
        isClampedBySource: true,
        claims: { iss: BROKER_ISSUER, sub: 'myidsystem.demo.api', exp: NOW_SECONDS + 600 },
      },
      lockOut: {
        mode: 'offline',
        exchangesRefusedWithinSeconds: 3630,
        lastCredentialDeadWithinSeconds: 3600,
      },
    });
  });

  test('A25: of a described workload: no source clamps the lifetime, and the bounds are those of the cluster', async () => {
    const { ask } = explaining();
    const explanation = await ask({ workload: { podUid: 'pod-uid-1' } });
    expect(explanation).toMatchObject({
      decision: 'issue',
      workload: {
        namespace: 'demo',
        serviceAccountUid: null,
        pod: null,
        podUid: 'pod-uid-1',
        sourceJti: null,
      },
      credential: { expiresInSeconds: 600, isClampedBySource: false },
      lockOut: { exchangesRefusedWithinSeconds: 86_430, lastCredentialDeadWithinSeconds: 86_400 },
    });
    expect(explanation.credential?.claims['kubernetes.io']).toEqual({
      namespace: 'demo',
      serviceaccount: { name: 'api' },
    });
  });

  test('L35: a target whose credentials may outlive their source says so in both', async () => {
    const { ask } = explaining({ ...SKETCH, targets: { vault: { mayOutliveSource: true } } });
    expect(await ask({ subjectToken: tokenOf() })).toMatchObject({
      credential: { isClampedBySource: false },
      lockOut: { lastCredentialDeadWithinSeconds: 4230 },
    });
  });

  test('of a described pod: a revocation by any of its names or uids holds', async () => {
    for (const workload of [{ pod: 'api-0' }, { podUid: 'u' }, { node: 'n' }, { nodeUid: 'm' }]) {
      const { ask } = explaining({ ...SKETCH, revocations: { gone: { workload } } });
      expect(await ask({ workload })).toMatchObject({
        reason: 'workload_revoked',
        rules: [],
        credential: null,
      });
      expect(await ask()).toMatchObject({ decision: 'issue' });
    }
  });

  test.each([
    ['revocation', { workload: { namespace: 'demo' } }, 'Revocation leak covers namespace=demo.'],
    [
      'subject',
      { subject: 'myidsystem.demo.api' },
      'Revocation leak covers the subject myidsystem.demo.api.',
    ],
  ])('the step %s names the revocation that refuses', async (step, leak, detail) => {
    const { ask } = explaining({ ...SKETCH, revocations: { aside: { workload: { pod: 'p' } }, leak } });
    const { steps } = await ask({ subjectToken: tokenOf() });
    expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([
      { step, outcome: 'failed', detail },
    ]);
  });

  test('of a cluster that is not known there are no bounds', async () => {
    const { ask } = explaining();
    expect(await ask({ workload: { cluster: 'us1' } })).toMatchObject({
      reason: 'identity_domain_foreign',
      lockOut: null,
    });
  });

  test('of a token that is not proven: its reason and step, and what the cluster that took part could bound', async () => {
    const { ask, listed } = explaining();
    const explanation = await ask({ subjectToken: tokenOf({ aud: ['other.example'] }) });
    expect(explanation).toMatchObject({
      decision: 'refuse',
      reason: 'token_audience_wrong',
      workload: null,
      identitySystem: null,
      target: null,
      rules: [],
      credential: null,
      lockOut: { exchangesRefusedWithinSeconds: 86_430, lastCredentialDeadWithinSeconds: null },
    });
    expect(explanation.steps.find(({ outcome }) => outcome === 'failed')?.step).toBe('judge_claims');
    expect(listed).toEqual([]);
  });
});

describe('the rules', () => {
  test('are read page by page, those of the system alone, and only where the decision came to them', async () => {
    const rules = Object.fromEntries(
      Array.from({ length: 1100 }, (_, index) => [`r${index}`, { priority: -1 }]),
    );
    const { ask, listed } = explaining({ ...SKETCH, rules: { any: {}, ...rules, 'othersystem/x': {} } });
    const { rules: shown, rulesOmitted } = await ask();
    expect([shown.length, rulesOmitted]).toEqual([100, 1001]);
    expect(shown[0]).toMatchObject({ name: 'any', outcome: 'selected' });
    expect(new Set(listed.map(({ identitySystem }) => identitySystem))).toEqual(new Set(['myidsystem']));
    expect(listed.every(({ limit }) => limit <= 1000)).toBe(true);

    listed.length = 0;
    await ask({ audiences: ['unknown.company.com'] });
    await ask({ workload: { cluster: 'us1' } });
    expect(listed).toEqual([]);
  });

  test('A45: drafts decide here as if they were stored, and nowhere else', async () => {
    const { ask } = explaining();
    const draftRules = [{ name: 'any', spec: ruleOf({ effect: 'deny' }) }];
    expect(await ask({ draftRules })).toMatchObject({
      reason: 'rule_denied',
      rules: [{ name: 'any', effect: 'deny', isDraft: true, outcome: 'selected' }],
      rulesOmitted: 0,
    });
    expect(await ask()).toMatchObject({ decision: 'issue' });
  });
});

describe('near misses', () => {
  const nearMisses = async (sketch: PolicySketch, asked: Asked) =>
    (await explaining(sketch).ask(asked)).nearMisses.map(({ kind, detail }) => `${kind}: ${detail}`);

  test.each([
    ['letter_case', 'Vault.company.com', 'vault.company.com but for the case of letters'],
    ['trailing_slash', 'vault.company.com/', 'vault.company.com but for a slash at its end'],
  ])('%s of the audience that was asked for', async (kind, audience, detail) => {
    const [first] = await nearMisses(SKETCH, { audiences: [audience] });
    expect(first).toBe(`${kind}: An audience that was asked for is ${detail}.`);
  });

  test.each([
    { of: 'cluster', workload: { cluster: 'EU1' }, match: {}, detail: /^letter_case: The cluster is eu1/ },
    {
      of: 'namespace',
      workload: { namespace: 'Demo' },
      match: { namespaces: ['demo'] },
      detail: /^letter_case: Rule any would match/,
    },
    {
      of: 'ServiceAccount',
      workload: { serviceAccount: 'API' },
      match: { serviceAccounts: ['a*'] },
      detail: /^letter_case: Rule any would match/,
    },
    {
      of: 'pattern',
      workload: {},
      match: { namespaces: ['Demo'] },
      detail: /^letter_case: Rule any would match/,
    },
  ])('L4: the case of letters in a $of', async ({ workload, match, detail }) => {
    const found = await nearMisses({ ...SKETCH, rules: { any: { match } } }, { workload });
    expect(found[0]).toMatch(detail);
  });

  test('the other cluster, of a rule and of a system', async () => {
    const clusters = { eu1: {}, eu2: { identityDomain: 'eu1' }, us1: {} };
    const sketch = { clusters, rules: { any: { match: { clusters: ['eu2'] } } } };
    expect(await nearMisses(sketch, {})).toEqual([
      'other_cluster: Rule any matches but for the cluster: it names eu2.',
    ]);
    expect(await nearMisses(sketch, { workload: { cluster: 'us1' } })).toEqual([
      'other_cluster: The identity system names the workloads of the identity domain eu1, which are those of eu1, eu2.',
    ]);
  });

  test.each([
    ['{namespace}.{serviceAccount}', { identityDomain: 'east' }],
    ['{cluster}.{namespace}.{serviceAccount}', {}],
  ] as const)(
    'a cluster that there is not, under a system of the form %s, and the one that was meant',
    async (subject, domain) => {
      const sketch = {
        clusters: { east: {}, down: { enabled: false } },
        identitySystems: { myidsystem: { subject, ...domain } },
        rules: { any: {} },
      };
      const of = async (cluster: string) => (await nearMisses(sketch, { workload: { cluster } }))[0];
      expect(await of('easst')).toBe(
        'spelling: There is no enabled cluster of that name; the nearest one is east.',
      );
      expect(await of('EAST')).toBe('letter_case: The cluster is east but for the case of letters.');
      // Disabled, it is in no identity domain either.
      for (const cluster of ['down', 'down2', 'production']) {
        expect(await of(cluster)).toBe('other_cluster: There is no enabled cluster of that name.');
      }
    },
  );

  describe('of a workload web/backend, the spelling alone of', () => {
    const misspelt = (match: object, workload: Asked['workload']) =>
      nearMisses(
        {
          ...SKETCH,
          rules: { any: { match: { namespaces: ['web'], serviceAccounts: ['backend'], ...match } } },
        },
        { workload: { namespace: 'web', serviceAccount: 'backend', ...workload } },
      );

    test.each([
      { of: 'a namespace', match: {}, workload: { namespace: 'webb' }, meant: 'namespace web' },
      {
        of: 'a ServiceAccount',
        match: {},
        workload: { serviceAccount: 'backedn' },
        meant: 'ServiceAccount backend',
      },
      {
        of: 'one name of several',
        match: { namespaces: ['prod', 'web'] },
        workload: { namespace: 'wef' },
        meant: 'namespace web',
      },
    ])('$of', async ({ match, workload, meant }) => {
      expect(await misspelt(match, workload)).toEqual([
        `spelling: Rule any would match but for the spelling of the ${meant}.`,
      ]);
    });

    test.each([
      ['two names at once', {}, { namespace: 'webb', serviceAccount: 'backedn' }],
      ['a pattern', { serviceAccounts: ['backend-*'] }, { serviceAccount: 'backend' }],
      ['another word', {}, { serviceAccount: 'frontend' }],
      ['a rule that names another cluster too', { clusters: ['eu2'] }, { namespace: 'webb' }],
    ])('%s is nothing that was meant', async (_, match, workload) => {
      expect(await misspelt(match, workload)).toEqual([]);
    });
  });

  test('the other audience, of a rule and of what the workload may ask for', async () => {
    const targets = { vault: {}, database: { audiences: ['database.company.com'] } };
    const sketch = { targets, rules: { any: { targets: ['database'] } } };
    expect(await nearMisses(sketch, {})).toEqual([
      'other_audience: The workload may ask for database.company.com.',
      'other_audience: Rule any matches but for the target: it names database.',
    ]);
    expect(await nearMisses(sketch, { audiences: ['vault.company.org'] })).toEqual([
      'other_audience: The workload may ask for database.company.com.',
    ]);
  });

  test("A45: of other systems nothing is said where the system is known, nor of an audience that is nobody's", async () => {
    const sketch = {
      identitySystems: { myidsystem: {}, othersystem: {} },
      targets: {
        vault: { audiences: ['vault.company.com', 'contested.company.com'] },
        'othersystem/vault': { audiences: ['other.company.com', 'contested.company.com'] },
      },
      rules: { 'othersystem/any': {} },
    };
    expect(await nearMisses(sketch, {})).toEqual([]);
    expect(await nearMisses(sketch, { audiences: ['contested.company.com/'] })).toEqual([
      'other_audience: The workload may ask for other.company.com.',
    ]);
  });

  test('the other audience is looked for among so many rules and no more: exchanges wait meanwhile', async () => {
    const names = (what: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${what}${index}`);
    const targets = Object.fromEntries(
      names('t', 500).map((name) => [name, { audiences: [`${name}.company.com`] }]),
    );
    const { ask } = explaining({ targets, rules: { any: { targets: ['t9', 't499'] } } });
    const details = async (draftRules: Asked['draftRules'] = []) => {
      const { nearMisses } = await ask({ audiences: ['t0.company.com'], draftRules });
      return nearMisses.filter(({ detail }) => detail.startsWith('The workload')).map(({ detail }) => detail);
    };
    expect(await details()).toEqual(['The workload may ask for t9.company.com, t499.company.com.']);
    const spec = ruleOf({ match: { namespaces: ['prod'] } });
    // Drafts are in no index: each is compared for each of the targets.
    const drafts = names('draft', 100).map((name) => ({ name, spec }));
    expect(await details(drafts)).toEqual(['The workload may ask for t9.company.com.']);
  });

  test.each(['clusters', 'namespaces', 'serviceAccounts'] as const)(
    'a rule that is stored without its %s is explained as damaged, and does not silence the rest',
    async (list) => {
      const { match, ...spec } = ruleOf({});
      const { [list]: _, ...lists } = match;
      // What no version of the admin API writes, as a restored backup might hold it.
      const damaged = { ...spec, match: lists } as MappingRuleSpec;
      const draftRules = [
        { name: 'damaged', spec: damaged },
        { name: 'elsewhere', spec: ruleOf({ match: { clusters: ['eu2'] } }) },
      ];
      const explanation = await explaining({ rules: {} }).ask({ draftRules });
      expect(explanation.rules).toMatchObject([
        { name: 'damaged', outcome: 'damaged' },
        { name: 'elsewhere', outcome: 'not_matched' },
      ]);
      expect(explanation.nearMisses).toMatchObject([{ kind: 'other_cluster' }]);
    },
  );

  test('are few, however many rules come near', async () => {
    const rules = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`r${index}`, { match: { clusters: ['eu2'] } }]),
    );
    expect(await nearMisses({ ...SKETCH, rules }, {})).toHaveLength(20);
  });

  test('nothing is near to a rule that differs in more, or in what no spelling mends', async () => {
    for (const rule of [
      { enabled: false },
      { match: { namespaces: ['prod'] } },
      { match: { clusters: ['x'] }, notAfter: '2026-01-01T00:00:00Z' },
      { match: { namespaces: ['Demo'] }, enabled: false },
    ]) {
      expect(await nearMisses({ ...SKETCH, rules: { any: rule } }, {})).toEqual([]);
    }
  });

  test.each([
    ['letter_case', { aud: [BROKER_ISSUER.toUpperCase()] }, BROKER_ISSUER],
    ['trailing_slash', { aud: [`${BROKER_ISSUER}/`] }, BROKER_ISSUER],
    ['trailing_slash', { iss: `${eu1.issuer}/` }, `${eu1.issuer} of cluster eu1`],
    ['letter_case', { iss: eu1.issuer.toUpperCase() }, `${eu1.issuer} of cluster eu1`],
  ])(
    'A45: %s of the token names what is configured, and not a word of the token',
    async (kind, claims, ours) => {
      const found = await nearMisses(SKETCH, { subjectToken: tokenOf(claims) });
      expect(found).toEqual([expect.stringMatching(new RegExp(`^${kind}: `))]);
      expect(found[0]).toContain(ours);
      for (const value of Object.values(claims).flat()) expect(found[0]).not.toContain(`${value} `);
    },
  );
});

describe('A51: the audit trail', () => {
  test('holds the explanation before it is given, and neither the token nor free text', async () => {
    const { ask, events } = explaining();
    const subjectToken = tokenOf();
    await ask({
      subjectToken,
      audiences: ['vault.company.com', 'eyJ.a.token'],
      scopes: ['read', 'eyJ.b.token'],
    });
    expect(events).toMatchObject([
      {
        kind: 'explain',
        atMs: NOW_MS,
        requestId: 'request-1',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        principal: 'user:bootstrap',
        asked: 'subjectToken',
        decision: 'refuse',
        reason: 'audience_unknown',
        workload: { namespace: 'demo', serviceAccount: 'api' },
        requested: {
          audiences: ['vault.company.com'],
          unknownAudiences: 1,
          scopes: ['read'],
          unknownScopes: 1,
        },
        rule: null,
        draftRules: 0,
      },
    ]);
    expect(JSON.stringify(events)).not.toContain('eyJ');
    await ask({ draftRules: [{ name: 'x', spec: ruleOf({ priority: 1 }) }] });
    expect(events[1]).toMatchObject({ asked: 'workload', decision: 'issue', rule: 'x', draftRules: 1 });
  });

  test('that does not take the event keeps the answer back', async () => {
    const recordExplanation = () => Promise.reject(new UnavailableError('audit_unavailable', 'down'));
    const { ask } = explaining(SKETCH, { recordExplanation });
    await expect(ask()).rejects.toMatchObject({ reason: 'audit_unavailable' });
    await expect(ask({ subjectToken: 'junk' })).rejects.toMatchObject({ reason: 'audit_unavailable' });
  });
});

test('A45: no piece of an unproven token is in its explanation, whatever it claims', async () => {
  const { ask, events } = explaining();
  const secret = 'eyJhbGciOiJub25lIn0';
  const claims = { sub: secret, aud: [secret], jti: secret, 'kubernetes.io': { namespace: secret } };
  for (const subjectToken of [
    tokenOf(claims),
    tokenOf({ ...claims, iss: secret }),
    `${secret}.${secret}.x`,
  ]) {
    const explanation = await ask({ subjectToken });
    expect(explanation.decision).toBe('refuse');
    expect(JSON.stringify([explanation, events])).not.toContain(secret);
  }
});

test('A62: a change that overtakes the proof is followed: what is explained is the policy in force', async () => {
  const withoutRule = compilePolicy(snapshotOf({ ...SKETCH, rules: {} }), { issuer: BROKER_ISSUER });
  let current = compilePolicy(snapshotOf(SKETCH), { issuer: BROKER_ISSUER });
  const { ask } = explaining(SKETCH, {
    currentPolicy: () => current,
    async verifySignature({ claims }) {
      current = withoutRule;
      return { kind: 'verified', token: { cluster: 'eu1', claims } as VerifiedToken };
    },
  });
  expect(await ask({ subjectToken: tokenOf() })).toMatchObject({ reason: 'rule_not_matched' });
});

test('a refused signature fails at its own step, and the cluster is named by its bounds where it is the only one', async () => {
  const { ask } = explaining(SKETCH, { verifySignature: async () => refused('token_signature_invalid') });
  const { steps, lockOut } = await ask({ subjectToken: tokenOf() });
  expect(steps.find(({ outcome }) => outcome === 'failed')?.step).toBe('verify_signature');
  expect(lockOut).not.toBeNull();
});
