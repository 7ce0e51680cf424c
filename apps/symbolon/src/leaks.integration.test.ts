import { createTokenIssuer } from '@symbolon/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestBroker, type TestBroker } from './open-test-broker.test-support.ts';

/*
 * Every error path of both servers of a composed broker, walked with hostile input, first while it is well and then
 * over a database that is gone. Whatever came out of it, bodies, headers, log, metrics and audit trail, is then looked
 * through for what must never be in any of it.
 */

const CANARY = 'canary7f3a';
const SECRET_SHAPE = `${CANARY}-0123456789-0123456789-0123456789`;
const HOSTILE = [
  CANARY,
  `${CANARY}\0`,
  `${CANARY}'; DROP TABLE audit_events; --`,
  `../../${CANARY}`,
  `%2e%2e%2f${CANARY}`,
  `\${${CANARY}}`,
  `${CANARY}\u202e\uff0f`,
  CANARY.repeat(9_000),
];
const SYSTEM = 'identity-systems/myidsystem';
const cluster = createTokenIssuer({ alg: 'ES256' });
const stranger = createTokenIssuer({ alg: 'ES256', issuer: `https://${CANARY}.example` });

let broker: TestBroker;
/** Everything that came back: a line for each answer. */
const came: string[] = [];
const statuses = new Set<number>();

const subjectToken = () =>
  cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [broker.issuer] });
const otherTokens = () => [
  cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [`https://${CANARY}.example`] }),
  stranger.issueToken({ namespace: CANARY, serviceAccount: CANARY, audiences: [broker.issuer] }),
];

beforeAll(async () => {
  broker = await openTestBroker();
  await broker.put('clusters/east', {
    issuers: [cluster.issuer],
    validation: { mode: 'offline', jwks: { source: 'inline', keys: cluster.jwks().keys } },
    apiServer: {
      url: 'https://127.0.0.1:1',
      credential: { kind: 'token', token: SECRET_SHAPE },
    },
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

async function keep(answer: Response | Promise<Response>): Promise<void> {
  const response = await answer;
  statuses.add(response.status);
  came.push(`${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`);
}

async function walkGateway(): Promise<void> {
  const at = (path: string, init: RequestInit = {}) =>
    keep(broker.gateway(new Request(`${broker.issuer}/${path}`, init)));
  const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    at('token', {
      method: 'POST',
      headers,
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: subjectToken(),
        audience: 'vault.example',
        ...form,
      }),
    });
  await post({});
  for (const token of otherTokens()) await post({ subject_token: token });
  for (const value of HOSTILE) {
    for (const name of [
      'subject_token',
      'subject_token_type',
      'grant_type',
      'audience',
      'resource',
      'scope',
    ]) {
      await post({ [name]: value });
    }
    for (const name of [
      'requested_token_type',
      'actor_token',
      'client_id',
      'client_secret',
      'client_assertion',
    ]) {
      await post({ [name]: value });
    }
    const path = encodeURIComponent(value);
    await at(`errors/${path}`);
    await at(`${path}?${path}=${path}`, { method: 'DELETE' });
    await at(`token?subject_token=${path}`, { method: 'POST' });
  }
  const headers = [
    'authorization',
    'dpop',
    'x-request-id',
    'traceparent',
    'content-type',
    'x-forwarded-host',
  ];
  for (const name of headers) await post({}, { [name]: `Basic ${SECRET_SHAPE}` });
  for (const path of ['jwks', 'readyz', 'livez', 'metrics', '.well-known/openid-configuration']) {
    await at(path);
    await at(path, { method: 'POST', body: CANARY });
  }
}

const COLLECTIONS = [
  'identity-systems',
  `${SYSTEM}/targets`,
  `${SYSTEM}/rules`,
  'clusters',
  'revocations',
  'audit-events',
  'tombstones',
];

async function walkAdmin(): Promise<void> {
  const at = (...args: Parameters<TestBroker['ask']>) => keep(broker.ask(...args));
  for (const collection of COLLECTIONS) {
    await at(collection);
    await at(`${collection}?limit=${CANARY}&${CANARY}=1`);
    await at(`${collection}?cursor=${SECRET_SHAPE}`);
    for (const value of HOSTILE) {
      const object = `${collection}/${encodeURIComponent(value)}`;
      await at(object);
      await at(object, { method: 'DELETE', headers: { 'If-Match': `"${SECRET_SHAPE}"` } });
      await at(object, { method: 'PUT', body: { unheardOf: value, displayName: value } });
    }
    const name = `${collection}/one`;
    await at(name, { method: 'PUT', body: `{"${CANARY}": ` });
    await at(name, {
      method: 'PUT',
      body: { audiences: [HOSTILE[2]], issuers: [HOSTILE[2]], effect: HOSTILE[2] },
    });
    await at(name, { method: 'PATCH', body: { description: HOSTILE[1] } });
    await at(name, { method: 'PROPFIND', headers: { 'x-http-method-override': 'DELETE' } });
  }
  const credential = { kind: 'token', token: SECRET_SHAPE };
  await at('clusters/west', {
    method: 'PUT',
    body: { apiServer: { url: `https://u:${CANARY}@x`, credential } },
  });
  await at('clusters/east', { method: 'PUT', body: { apiServer: { credential } } });
  await at('clusters/east');
  await at('clusters/east/status');
  for (const subject of [subjectToken(), ...otherTokens(), ...HOSTILE]) {
    await at('explain', { method: 'POST', body: { subjectToken: subject, audience: ['vault.example'] } });
    await at('explain', { method: 'POST', body: { subjectToken: 7, unheardOf: subject } });
  }
  for (const Authorization of [
    '',
    `Bearer ${SECRET_SHAPE}`,
    `Basic ${SECRET_SHAPE}`,
    `Bearer ${CANARY} ${CANARY}`,
  ]) {
    await at('whoami', { headers: { Authorization, 'x-request-id': CANARY } });
  }
}

const metrics = async () => (await broker.metrics(new Request('http://127.0.0.1:9090/metrics'))).text();

async function auditTrail(): Promise<string> {
  const pages: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await broker.ask(`audit-events?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const text = await page.text();
    expect(page.status).toBe(200);
    pages.push(text);
    ({ nextCursor: cursor } = JSON.parse(text) as { nextCursor: string | null });
  }
  return pages.join('\n');
}

/** Signatures and payloads of tokens, driver text, stacks, paths, SQL, and the secrets of this very broker. */
function expectNoLeak(what: string, text: string): void {
  const found = [
    CANARY,
    ...broker.secrets,
    ...[subjectToken(), ...otherTokens()].flatMap((token) => token.split('.').slice(0, 2)),
  ].filter((one) => text.toLowerCase().includes(one.toLowerCase()));
  expect(found, what).toEqual([]);
  const shapes = [
    /\b(select|insert into|update|delete from|values) .{0,80}\b(from|set|where|\$1)/i,
    /\b(relation|column|constraint|syntax error|pglite|postgres|drizzle|ECONN\w+)\b/i,
    /\n? {4}at |\.[jt]s:\d+|node_modules|file:\/\/|\/(?:usr|home|root|tmp|work|srv)\//,
    /"(?:d|p|q|dp|dq|qi|k)":"/,
    /BEGIN [A-Z ]*PRIVATE KEY/,
  ];
  for (const shape of shapes) expect(text.match(shape)?.[0], what).toBeUndefined();
}

function lookThrough(): void {
  test('no answer tells what it must not', () => {
    for (const answer of came) expectNoLeak('an answer', answer.replaceAll(/"access_token":"[^"]+"/g, ''));
  });

  test('no line of the log does', () => {
    for (const line of broker.logged) expectNoLeak('a line of the log', JSON.stringify(line));
  });

  test('the metrics do not', async () => {
    expectNoLeak('the metrics', await metrics());
  });
}

describe('A50, L36: of a broker that is well', () => {
  beforeAll(async () => {
    await walkGateway();
    await walkAdmin();
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404, 405, 413]));
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
  }, 120_000);

  lookThrough();

  test('the audit trail does not', async () => {
    expectNoLeak('the audit trail', await auditTrail());
  });
});

describe('A50: of a broker whose database is gone', () => {
  beforeAll(async () => {
    came.length = 0;
    statuses.clear();
    await broker.close();
    await walkGateway();
    await walkAdmin();
    expect(statuses).toContain(503);
    expect(statuses).not.toContain(500);
  }, 120_000);

  lookThrough();
});
