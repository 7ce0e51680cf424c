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

describe.each(['durable', 'relaxed'])('with %s audit', (audit) => {
  let broker: TestBroker;
  let subjectToken: string;

  beforeAll(async () => {
    broker = await openTestBroker({ SYMBOLON_AUDIT: audit });
    subjectToken = cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [broker.issuer] });
    await broker.put('clusters/east', {
      issuers: [cluster.issuer],
      validation: { mode: 'offline', jwks: { source: 'inline', keys: cluster.jwks().keys } },
    });
    await broker.put(SYSTEM, { identityDomain: 'east' });
    await broker.put(`${SYSTEM}/targets/vault`, { audiences: ['vault.example'] });
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
