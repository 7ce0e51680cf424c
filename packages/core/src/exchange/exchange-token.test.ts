import { createTokenIssuer } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import type { ExchangeEvent } from '../audit/events.ts';
import { compilePolicy, type Policy } from '../decision/compile-policy.ts';
import {
  BROKER_ISSUER as ISSUER,
  type PolicySketch,
  snapshotOf,
} from '../decision/policy-fixtures.test-support.ts';
import { refused, UnavailableError } from '../result.ts';
import type { VerifiedToken } from '../workload/subject-token.ts';
import { createExchangeToken, type ExchangeTokenDeps } from './exchange-token.ts';
import type { VerifySignature } from './ports.ts';
import { createVerifySubjectToken } from './verify-subject-token.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const AUDIENCE = 'vault.example';

const cluster = createTokenIssuer({ now: () => NOW_MS, alg: 'ES256' });

/** Two clusters of one issuer string, one system and target, and a rule for the namespace `payments`. */
const SKETCH = {
  clusters: {
    east: { issuers: [cluster.issuer], audiences: [ISSUER], allowedAlgorithms: ['ES256'] },
    west: { issuers: [cluster.issuer], audiences: ['https://elsewhere.example'] },
  },
  identitySystems: { myidsystem: { identityDomain: 'east' } },
  targets: { vault: { audiences: [AUDIENCE] } },
  rules: { payments: { match: { namespaces: ['payments'] }, targets: ['vault'], scopes: ['*'] } },
} as const satisfies PolicySketch;
const policy = compilePolicy(snapshotOf(SKETCH), { issuer: ISSUER });

// The one cast that a test may make: the signature is packages/kubernetes' to verify.
const signedByEast: VerifySignature['verifySignature'] = async ({ claims }) => ({
  kind: 'verified',
  token: { cluster: 'east', claims } as VerifiedToken,
});

interface Asked {
  readonly namespace?: string;
  readonly audiences?: readonly string[];
  readonly scopes?: readonly string[];
  readonly subjectToken?: string;
}

function exchanging(given: Partial<ExchangeTokenDeps & VerifySignature> = {}) {
  const { verifySignature = signedByEast, ...overrides } = given;
  const recorded: ExchangeEvent[] = [];
  const counted: string[] = [];
  const signed: object[] = [];
  const steps: string[] = [];
  const { exchangeToken } = createExchangeToken({
    issuer: ISSUER,
    currentPolicy: () => policy,
    now: () => NOW_MS,
    createId: () => 'an-id',
    catchUp: () => Promise.reject(new Error('nothing overtook it')),
    ...createVerifySubjectToken({ verifySignature }),
    async signCredential(input) {
      steps.push('signed');
      signed.push(input);
      return { compact: 'the.signed.credential', sha256: 'the-digest' };
    },
    async recordExchange(event) {
      await Promise.resolve();
      steps.push('recorded');
      recorded.push(event);
      return { kind: 'recorded' };
    },
    countRefusal: (reason, name) => void counted.push(`${reason} ${name}`),
    ...overrides,
  });
  const exchange = async (request: Asked = {}) => {
    const { namespace = 'payments', audiences = [AUDIENCE], scopes = [] } = request;
    const token = cluster.issueToken({ namespace, serviceAccount: 'api', audiences: [ISSUER], pod: 'api-1' });
    const outcome = await exchangeToken({
      requestId: 'request-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subjectToken: request.subjectToken ?? token,
      audiences,
      scopes,
      tokenType: null,
      clientId: null,
    });
    steps.push('answered');
    return outcome;
  };
  return { exchange, recorded, counted, signed, steps };
}

test('a proven workload that a rule allows gets its credential, recorded before it leaves', async () => {
  const { exchange, recorded, signed, steps } = exchanging();
  expect(await exchange()).toMatchObject({
    kind: 'issued',
    credential: 'the.signed.credential',
    tokenType: 'access_token',
    expiresInSeconds: 600,
  });
  expect(steps).toEqual(['signed', 'recorded', 'answered']);
  expect(signed).toMatchObject([
    { typ: 'at+jwt', claims: { iss: ISSUER, sub: 'myidsystem.payments.api', jti: 'an-id' } },
  ]);
  expect(recorded).toMatchObject([
    {
      kind: 'exchange',
      outcome: 'issued',
      reason: null,
      requestId: 'request-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      epoch: policy.epoch,
      workload: {
        cluster: 'east',
        namespace: 'payments',
        serviceAccount: 'api',
        serviceAccountUid: cluster.serviceAccountUid('payments', 'api'),
        pod: 'api-1',
      },
      identitySystem: 'myidsystem',
      target: 'vault',
      rule: 'payments',
      credential: { subject: 'myidsystem.payments.api', jti: 'an-id', sha256: 'the-digest' },
    },
  ]);
});

test('A51: where the record is not accepted, the credential does not leave', async () => {
  const { exchange } = exchanging({
    recordExchange: () => Promise.reject(new UnavailableError('audit_unavailable', 'down')),
  });
  await expect(exchange()).rejects.toMatchObject({ reason: 'audit_unavailable' });
});

test('A51: a refusal of the policy is recorded with its reason before it is told, and nothing is signed', async () => {
  const { exchange, recorded, steps } = exchanging();
  expect(await exchange({ namespace: 'other' })).toMatchObject({
    kind: 'refused',
    reason: 'rule_not_matched',
  });
  expect(steps).toEqual(['recorded', 'answered']);
  expect(recorded).toMatchObject([{ outcome: 'refused', reason: 'rule_not_matched', credential: null }]);
});

test('A51: a refusal that cannot be recorded is our own trouble', async () => {
  const { exchange } = exchanging({
    recordExchange: () => Promise.reject(new UnavailableError('audit_unavailable', 'down')),
  });
  await expect(exchange({ namespace: 'other' })).rejects.toMatchObject({ reason: 'audit_unavailable' });
});

test('what is not proven is counted and neither decided, signed nor recorded', async () => {
  const { exchange, counted, steps } = exchanging({
    verifySignature: async () => refused('token_signature_invalid'),
  });
  expect(await exchange()).toEqual({
    kind: 'unproven',
    reason: 'token_signature_invalid',
    expectedAudiences: [],
  });
  expect(counted).toEqual(['token_signature_invalid null']);
  expect(steps).toEqual(['answered']);
});

test('S39: a wrong audience tells the audiences of the cluster whose keys verified the token, and no others', async () => {
  const { exchange, counted } = exchanging();
  const subjectToken = cluster.issueToken({
    namespace: 'payments',
    serviceAccount: 'api',
    audiences: ['other.example'],
  });
  expect(await exchange({ subjectToken })).toEqual({
    kind: 'unproven',
    reason: 'token_audience_wrong',
    expectedAudiences: [ISSUER],
  });
  expect(counted).toEqual(['token_audience_wrong east']);
});

test('L24: a token that cannot be read, or of an unknown issuer, brings on no look for keys', async () => {
  const verifySignature = () => Promise.reject(new Error('asked'));
  const { exchange, counted } = exchanging({ verifySignature });
  const stranger = createTokenIssuer({ issuer: 'https://stranger.example', now: () => NOW_MS });
  const subjectToken = stranger.issueToken({
    namespace: 'payments',
    serviceAccount: 'api',
    audiences: [ISSUER],
  });
  expect(await exchange({ subjectToken })).toMatchObject({ reason: 'token_issuer_unknown' });
  expect(await exchange({ subjectToken: 'junk' })).toMatchObject({ reason: 'token_malformed' });
  expect(counted).toEqual(['token_issuer_unknown null', 'token_malformed null']);
});

test('A10: the workload is of the cluster whose keys verified the token, not of the first that shares its issuer', async () => {
  const { exchange } = exchanging({
    verifySignature: async ({ claims }) => ({
      kind: 'verified',
      token: { cluster: 'west', claims } as VerifiedToken,
    }),
  });
  const subjectToken = cluster.issueToken({
    namespace: 'payments',
    serviceAccount: 'api',
    audiences: ['https://elsewhere.example'],
  });
  expect(await exchange({ subjectToken })).toMatchObject({
    kind: 'refused',
    reason: 'identity_domain_foreign',
    workload: { cluster: 'west' },
  });
});

test('a verdict for a cluster that is no candidate is refused', async () => {
  const { exchange } = exchanging({
    verifySignature: async ({ claims }) => ({
      kind: 'verified',
      token: { cluster: 'north', claims } as VerifiedToken,
    }),
  });
  expect(await exchange()).toMatchObject({ kind: 'unproven', reason: 'token_issuer_unknown' });
});

test('without a policy there is no exchange', async () => {
  const { exchange, steps } = exchanging({
    currentPolicy: () => {
      throw new UnavailableError('policy_unavailable', 'none');
    },
  });
  await expect(exchange()).rejects.toMatchObject({ reason: 'policy_unavailable' });
  expect(steps).toEqual([]);
});

test('A50: a token that is sent as a scope or an audience is counted in the audit trail, and not kept there', async () => {
  const { exchange, recorded } = exchanging();
  await exchange({ audiences: [AUDIENCE], scopes: ['read', 'eyJ.a.token'] });
  await exchange({ audiences: ['eyJ.a.token', AUDIENCE] });
  expect(recorded.map(({ requested }) => requested)).toEqual([
    { audiences: [AUDIENCE], unknownAudiences: 0, scopes: ['read'], unknownScopes: 1, tokenType: null },
    { audiences: [AUDIENCE], unknownAudiences: 1, scopes: [], unknownScopes: 0, tokenType: null },
  ]);
  expect(JSON.stringify(recorded)).not.toContain('eyJ');
});

test('A62: a change that overtakes the proof is followed: the token is proved and decided under the new policy', async () => {
  const withoutRule = compilePolicy(snapshotOf({ ...SKETCH, rules: {} }), { issuer: ISSUER });
  let current = policy;
  let proofs = 0;
  const { exchange } = exchanging({
    currentPolicy: () => current,
    async verifySignature({ claims }) {
      proofs += 1;
      current = withoutRule;
      return { kind: 'verified', token: { cluster: 'east', claims } as VerifiedToken };
    },
  });
  expect(await exchange()).toMatchObject({ kind: 'refused', reason: 'rule_not_matched' });
  expect(proofs).toBe(2);
});

test('A62: where changes overtake every proof, the caller is told to come back, and nothing is decided', async () => {
  const { exchange, steps } = exchanging({
    currentPolicy: () => compilePolicy(snapshotOf(SKETCH), { issuer: ISSUER }),
  });
  await expect(exchange()).rejects.toMatchObject({ reason: 'policy_unavailable' });
  expect(steps).toEqual([]);
});

test('time that passes while keys are fetched or the record is written is not given away', async () => {
  let nowMs = NOW_MS;
  const { exchange, signed } = exchanging({
    now: () => nowMs,
    async verifySignature({ claims }) {
      nowMs += 4_000;
      return { kind: 'verified', token: { cluster: 'east', claims } as VerifiedToken };
    },
    async recordExchange() {
      nowMs += 3_000;
      return { kind: 'recorded' };
    },
  });
  expect(await exchange()).toMatchObject({ expiresInSeconds: 597 });
  const nowSeconds = NOW_MS / 1000 + 4;
  expect(signed).toMatchObject([{ claims: { iat: nowSeconds, exp: nowSeconds + 600 } }]);
});

test('A24: a token that expires while keys are fetched is expired', async () => {
  let nowMs = NOW_MS;
  const { exchange } = exchanging({
    now: () => nowMs,
    async verifySignature({ claims }) {
      nowMs += 4_000_000;
      return { kind: 'verified', token: { cluster: 'east', claims } as VerifiedToken };
    },
  });
  expect(await exchange()).toMatchObject({ kind: 'unproven', reason: 'token_expired' });
});

describe('A62: a change that overtakes the record of an exchange', () => {
  /** Records nothing of what was decided under another policy than that of `stored`; `stored` is in force once caught up. */
  function overtaking(...policies: readonly Policy[]) {
    const [first = policy, ...others] = policies;
    let [inForce, stored] = [first, first];
    const accepted: ExchangeEvent[] = [];
    const steps: string[] = [];
    const overtaken = exchanging({
      currentPolicy: () => inForce,
      async recordExchange(event) {
        stored = others.shift() ?? stored;
        if (event.epoch.id !== stored.epoch.id) {
          steps.push('overtaken');
          return { kind: 'overtaken', epoch: stored.epoch };
        }
        steps.push('recorded');
        accepted.push(event);
        return { kind: 'recorded' };
      },
      async catchUp(epoch) {
        expect(epoch).toBe(stored.epoch);
        await Promise.resolve();
        steps.push('caught up');
        inForce = stored;
      },
      signCredential({ claims }) {
        signatures += 1;
        steps.push('signed');
        return {
          compact: `credential-${signatures} of ${String(claims.sub)}`,
          sha256: `digest-${signatures}`,
        };
      },
    });
    let signatures = 0;
    return { ...overtaken, accepted, steps };
  }
  let epochs = policy.epoch.number;
  const compiled = (sketch: PolicySketch) => {
    epochs += 1;
    const epoch = { number: epochs, id: `epoch-${epochs}` };
    return compilePolicy({ ...snapshotOf(sketch), epoch }, { issuer: ISSUER });
  };
  const withoutRule = () => compiled({ ...SKETCH, rules: {} });
  const unchanged = () => compiled(SKETCH);

  test('has it decided, signed and recorded afresh: what was signed before never leaves', async () => {
    const { exchange, accepted, steps } = overtaking(policy, unchanged());
    expect(await exchange()).toMatchObject({ credential: 'credential-2 of myidsystem.payments.api' });
    expect(steps).toEqual(['signed', 'overtaken', 'caught up', 'signed', 'recorded']);
    expect(accepted).toMatchObject([{ credential: { sha256: 'digest-2' } }]);
  });

  test('A32: and that took the rule away, ends in a refusal, and no credential leaves', async () => {
    const { exchange, accepted, steps } = overtaking(policy, withoutRule());
    const outcome = await exchange();
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'rule_not_matched' });
    expect(JSON.stringify(outcome)).not.toContain('credential-1');
    expect(steps).toEqual(['signed', 'overtaken', 'caught up', 'recorded']);
    expect(accepted).toMatchObject([{ outcome: 'refused', credential: null }]);
  });

  test('L14: and that disabled the cluster, ends in the token being refused', async () => {
    const { east, ...others } = SKETCH.clusters;
    const disabled = compiled({ ...SKETCH, clusters: { ...others, east: { ...east, enabled: false } } });
    const { exchange, accepted, counted } = overtaking(policy, disabled);
    expect(await exchange()).toMatchObject({ kind: 'unproven' });
    expect(accepted).toEqual([]);
    expect(counted).toHaveLength(1);
  });

  test('that was refused, is decided afresh as well: what is allowed by now is issued', async () => {
    const { exchange, accepted, steps } = overtaking(withoutRule(), policy);
    expect(await exchange()).toMatchObject({ kind: 'issued' });
    expect(steps).toEqual(['overtaken', 'caught up', 'signed', 'recorded']);
    expect(accepted).toMatchObject([{ outcome: 'issued' }]);
  });

  test('three times, is our own trouble: the caller is told to come back, with none of what was signed', async () => {
    const { exchange, accepted, steps } = overtaking(policy, unchanged(), unchanged(), unchanged());
    await expect(exchange()).rejects.toMatchObject({ reason: 'policy_unavailable' });
    expect(steps.filter((step) => step === 'overtaken')).toHaveLength(3);
    expect(accepted).toEqual([]);
  });

  test('twice, is followed to the third try', async () => {
    const { exchange } = overtaking(policy, unchanged(), unchanged());
    expect(await exchange()).toMatchObject({ credential: 'credential-3 of myidsystem.payments.api' });
  });

  test('and cannot be caught up with, is our own trouble', async () => {
    const { exchange } = exchanging({
      recordExchange: async () => ({ kind: 'overtaken', epoch: { number: 8, id: 'epoch-8' } }),
      catchUp: () => Promise.reject(new UnavailableError('policy_unavailable', 'down')),
    });
    await expect(exchange()).rejects.toMatchObject({ reason: 'policy_unavailable' });
  });

  test('A51: has no part in what is not proven, which is counted and asks nobody', async () => {
    const { exchange, counted } = exchanging({
      verifySignature: async () => refused('token_signature_invalid'),
      recordExchange: () => Promise.reject(new Error('recorded')),
      catchUp: () => Promise.reject(new Error('asked')),
    });
    expect(await exchange()).toMatchObject({ kind: 'unproven', reason: 'token_signature_invalid' });
    expect(counted).toEqual(['token_signature_invalid null']);
  });
});
