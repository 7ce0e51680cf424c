import { createTokenIssuer } from '@symbolon/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestBroker, type TestBroker } from './open-test-broker.test-support.ts';

/** What an operator and a relying party see of a composed broker whose issuer has a path. */

const ISSUER = 'https://id.example/tenants/one';
const SYSTEM = 'identity-systems/myidsystem';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
const cluster = createTokenIssuer({ alg: 'ES256' });

let broker: TestBroker;
let subjectToken: string;

beforeAll(async () => {
  broker = await openTestBroker({ SYMBOLON_ISSUER: ISSUER });
  subjectToken = cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [ISSUER] });
  await broker.put('clusters/east', {
    issuers: [cluster.issuer],
    validation: { mode: 'offline', jwks: { source: 'inline', keys: cluster.jwks().keys } },
  });
  await broker.put(SYSTEM, { identityDomain: 'east' });
  await broker.put(`${SYSTEM}/targets/vault`, { audiences: ['vault.example'] });
  await broker.put(`${SYSTEM}/rules/all`, {
    effect: 'allow',
    match: { clusters: ['*'], namespaces: ['*'], serviceAccounts: ['*'] },
    targets: ['*'],
  });
});
afterAll(() => broker?.remove());

const exchange = (audience = 'vault.example') =>
  broker.exchange({ subject_token: subjectToken, audience }, { traceparent, 'x-request-id': 'chosen' });
const read = (url: string, headers = {}) => broker.gateway(new Request(url, { headers }));
const metrics = async () => (await read('https://id.example/metrics')).text();

interface Recorded {
  readonly kind: string;
  readonly requestId?: string;
  readonly [member: string]: unknown;
}

async function events(): Promise<readonly Recorded[]> {
  const answer = (await (await broker.ask('audit-events?limit=100')).json()) as {
    items: readonly Recorded[];
  };
  return answer.items;
}

describe('discovery', () => {
  const documents = [
    'https://id.example/.well-known/openid-configuration/tenants/one',
    'https://id.example/.well-known/oauth-authorization-server/tenants/one',
    `${ISSUER}/.well-known/openid-configuration`,
    `${ISSUER}/.well-known/oauth-authorization-server`,
  ];

  test.each(documents)(
    'S47, S48, A54: %s names the very issuer of the credentials, whatever host is asked for',
    async (url) => {
      const { status, body } = await exchange();
      expect(status).toBe(200);
      const spoofed = { host: 'attacker.example', 'x-forwarded-host': 'attacker.example' };
      const honest = await (await read(url)).text();
      expect(JSON.parse(honest)).toMatchObject({ issuer: decodeJwt(String(body.access_token)).iss });
      expect(JSON.parse(honest)).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
      expect(await (await read(url, spoofed)).text()).toBe(honest);
      const elsewhere = url.replace('https://id.example', 'https://attacker.example');
      expect(await (await read(elsewhere)).text()).toBe(honest);
    },
  );

  test('S53, A54: every published key has public members alone, its use, its algorithm and a kid of its own', async () => {
    const { keys } = (await (await read(`${ISSUER}/jwks`)).json()) as { keys: Record<string, string>[] };
    expect(keys.map(({ alg }) => alg)).toEqual(expect.arrayContaining(['ES256', 'RS256']));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const key of keys) {
      const members = ['kty', 'kid', 'use', 'alg', ...(key.kty === 'RSA' ? ['n', 'e'] : ['crv', 'x', 'y'])];
      expect(Object.keys(key).toSorted()).toEqual(members.toSorted());
      expect(key.use).toBe('sig');
    }
  });

  test('S54: the key set may be kept for less than the day by which a key is published ahead', async () => {
    const cacheControl = (await read(`${ISSUER}/jwks`)).headers.get('cache-control') ?? '';
    const maxAgeSeconds = Number(/^public, max-age=(\d+)$/.exec(cacheControl)?.[1]);
    expect(maxAgeSeconds).toBeGreaterThan(200);
    expect(maxAgeSeconds).toBeLessThanOrEqual(300);
  });
});

describe('A51: what happened is in the audit trail by the time it is answered, once, with its request and trace', () => {
  const newEvents = async (act: () => Promise<unknown>) => {
    const before = new Set((await events()).map(({ id }) => id));
    await act();
    return (await events()).filter(({ id }) => !before.has(id));
  };

  test('an exchange, issued or refused', async () => {
    expect(await newEvents(() => exchange())).toMatchObject([
      { kind: 'exchange', outcome: 'issued', traceId: TRACE },
    ]);
    expect(await newEvents(() => exchange('unheard-of.example'))).toMatchObject([
      { kind: 'exchange', outcome: 'refused', reason: 'audience_unknown', traceId: TRACE },
    ]);
  });

  test.each([
    ['a workload', { workload: { cluster: 'east', namespace: 'a', serviceAccount: 'b' } }],
    ['a token', { subjectToken: 'no.such.token' }],
  ])('an explanation of %s', async (_, subject) => {
    let requestId: string | null = null;
    const found = await newEvents(async () => {
      const response = await broker.ask('explain', {
        method: 'POST',
        body: { ...subject, audience: ['vault.example'] },
        headers: { traceparent, 'x-request-id': 'chosen' },
      });
      expect(response.status).toBe(200);
      requestId = response.headers.get('x-request-id');
    });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(found).toMatchObject([{ kind: 'explain', requestId, traceId: TRACE }]);
  });

  test('every change, and no request that changed nothing', async () => {
    const body = { audiences: ['other.example'] };
    const headers = { 'If-Match': '*', traceparent };
    const change = (method: string, sent?: object) => () =>
      broker.ask(`${SYSTEM}/targets/other`, {
        method,
        headers: method === 'PUT' && sent === body ? { traceparent } : headers,
        ...(sent === undefined ? {} : { body: sent }),
      });
    expect(await newEvents(change('PUT', body))).toMatchObject([{ operation: 'create', traceId: TRACE }]);
    expect(await newEvents(change('PUT', body))).toEqual([]);
    expect(await newEvents(change('PUT', { ...body, enabled: false }))).toMatchObject([
      { operation: 'replace' },
    ]);
    expect(await newEvents(change('PUT', { audiences: 7 }))).toEqual([]);
    expect(await newEvents(change('DELETE'))).toMatchObject([{ operation: 'delete', traceId: TRACE }]);
  });
});

describe('metrics', () => {
  test('tell of exchanges, requests of both servers, policy, keys and audit trail, and never of callers', async () => {
    await exchange();
    await exchange('canary.example');
    await broker.ask('clusters/east');
    const text = await metrics();
    for (const sample of [
      /^symbolon_exchanges_total\{outcome="issued",reason=""\} [1-9]/m,
      /^symbolon_exchanges_total\{outcome="refused",reason="audience_unknown"\} [1-9]/m,
      /^symbolon_http_request_duration_seconds_count\{server="gateway",route="\/tenants\/one\/token",method="POST",status="200"\} [1-9]/m,
      /^symbolon_http_request_duration_seconds_count\{server="admin",route="\/admin\/v1\/clusters\/:name",method="GET",status="200"\} [1-9]/m,
      /^symbolon_policy_objects\{kind="Cluster"\} 1$/m,
      /^symbolon_policy_objects\{kind="MappingRule"\} 1$/m,
      /^symbolon_policy_epoch [1-9]/m,
      /^symbolon_cluster_keys\{cluster="east"\} 1$/m,
      /^symbolon_signing_keys\{algorithm="ES256",state="current"\} 1$/m,
      /^symbolon_audit_writes_total\{kind="exchange",outcome="succeeded"\} [1-9]/m,
      /^symbolon_http_requests_in_flight\{server="gateway"\} 1$/m,
    ]) {
      expect(text).toMatch(sample);
    }
    expect(text).not.toMatch(/canary|vault\.example|myidsystem/);
  });

  test('on a server of their own are not at the gateway', async () => {
    const moved = await openTestBroker({ SYMBOLON_METRICS_LISTEN: '127.0.0.1:0' });
    try {
      expect((await moved.gateway(new Request(`${moved.issuer}/metrics`))).status).toBe(404);
      expect((await moved.gateway(new Request(`${moved.issuer}/readyz`))).status).toBe(200);
      for (const path of ['metrics', 'livez', 'readyz']) {
        expect((await moved.metrics(new Request(`http://127.0.0.1:9090/${path}`))).status).toBe(200);
      }
      expect((await moved.metrics(new Request('http://127.0.0.1:9090/jwks'))).status).toBe(404);
    } finally {
      await moved.remove();
    }
  });
});
