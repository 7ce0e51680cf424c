import { createTokenIssuer } from '@symbolon/testkit';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestBroker, type TestBroker } from './open-test-broker.test-support.ts';

const cluster = createTokenIssuer({ alg: 'ES256' });
const SYSTEM = 'identity-systems/myidsystem';
const RULE = {
  effect: 'allow',
  match: { clusters: ['*'], namespaces: ['*'], serviceAccounts: ['*'] },
  targets: ['*'],
};
const CLUSTER = {
  issuers: [cluster.issuer],
  validation: { mode: 'offline', jwks: { source: 'inline', keys: cluster.jwks().keys } },
};
const TOKEN_TYPES = ['access_token', 'id_token', 'jwt'];
const TARGET = { audiences: ['vault.example'], tokenTypes: TOKEN_TYPES };
/** One public reason for all that a policy has against a workload. */
const DENIED = 'target_not_permitted';

describe.each(['durable', 'relaxed'])('with %s audit', (audit) => {
  let broker: TestBroker;
  let subjectToken: string;

  beforeAll(async () => {
    broker = await openTestBroker({ SYMBOLON_AUDIT: audit });
    subjectToken = cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [broker.issuer] });
    await broker.put('clusters/east', CLUSTER);
    await broker.put(SYSTEM, { identityDomain: 'east' });
    await broker.put(`${SYSTEM}/targets/vault`, TARGET);
    await broker.put(`${SYSTEM}/rules/all`, RULE);
  });
  afterAll(() => broker?.remove());

  const exchange = (audience = 'vault.example') => broker.exchange({ subject_token: subjectToken, audience });

  test('A62, L14: no exchange requested after a change was acknowledged follows the old policy, while others are in flight', async () => {
    for (let round = 0; round < 20; round++) {
      const enabled = round % 2 === 1;
      const before = Array.from({ length: 8 }, () => exchange());
      await broker.replace(`${SYSTEM}/rules/all`, { ...RULE, enabled });
      const after = await Promise.all(Array.from({ length: 8 }, () => exchange()));
      expect(new Set(after.map(({ status }) => status))).toEqual(new Set([enabled ? 200 : 400]));
      await Promise.all(before);
    }
  });

  /** The reason of each answer, or `issued`: for every type of token, and for a subject token seen before and a new one. */
  async function tellAll(): Promise<readonly unknown[]> {
    const unseen = () =>
      cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [broker.issuer] });
    const questions = TOKEN_TYPES.flatMap((type) =>
      [subjectToken, unseen()].map((token) => ({ type, token })),
    );
    const answers = questions.map(({ type, token }) =>
      broker.exchange({
        subject_token: token,
        audience: 'vault.example',
        requested_token_type: `urn:ietf:params:oauth:token-type:${type}`,
      }),
    );
    return (await Promise.all(answers)).map(({ status, body }) => (status === 200 ? 'issued' : body.reason));
  }

  const RULE_PATH = `${SYSTEM}/rules/all`;
  const TARGET_PATH = `${SYSTEM}/targets/vault`;
  const CLUSTER_PATH = 'clusters/east';

  test.each([
    { what: 'a rule disabled', path: RULE_PATH, whole: RULE, change: { enabled: false }, reason: DENIED },
    { what: 'a rule that denies', path: RULE_PATH, whole: RULE, change: { effect: 'deny' }, reason: DENIED },
    {
      what: 'a target disabled',
      path: TARGET_PATH,
      whole: TARGET,
      change: { enabled: false },
      reason: DENIED,
    },
    {
      what: 'a cluster disabled',
      path: CLUSTER_PATH,
      whole: CLUSTER,
      change: { enabled: false },
      reason: 'token_issuer_unknown',
    },
    {
      what: 'another audience of the cluster',
      path: CLUSTER_PATH,
      whole: CLUSTER,
      change: { audiences: ['https://elsewhere.example'] },
      reason: 'token_audience_wrong',
    },
  ])(
    'A32, L14, L15: $what is told alike of every type of token, for a token whose proof is remembered and for a new one',
    async ({ path, whole, change, reason }) => {
      await broker.replace(path, whole);
      expect(new Set(await tellAll())).toEqual(new Set(['issued']));
      await broker.replace(path, { ...whole, ...change });
      expect(new Set(await tellAll())).toEqual(new Set([reason]));
      await broker.replace(path, whole);
      expect(new Set(await tellAll())).toEqual(new Set(['issued']));
    },
  );

  test.each(['PS256', 'EdDSA', 'RS256'])(
    'a target that names %s is served as soon as it is acknowledged',
    async (signingAlgorithm) => {
      const audience = `${signingAlgorithm.toLowerCase()}.example`;
      await broker.put(`${SYSTEM}/targets/${signingAlgorithm.toLowerCase()}`, {
        audiences: [audience],
        signingAlgorithm,
      });
      const { status, body } = await exchange(audience);
      expect(status).toBe(200);
      const { alg, kid } = decodeProtectedHeader(String(body.access_token));
      expect(alg).toBe(signingAlgorithm);
      const published = await (await broker.gateway(new Request(`${broker.issuer}/jwks`))).json();
      expect(published).toMatchObject({
        keys: expect.arrayContaining([expect.objectContaining({ kid, alg })]),
      });
    },
  );
});
