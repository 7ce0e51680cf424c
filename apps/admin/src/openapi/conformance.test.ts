import { type Explanation, UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  KINDS,
  RULE,
  TARGET,
  TEAM_TOKEN,
  type TestAdmin,
} from '../test-support.ts';
import { OPERATIONS } from './create-document.ts';
import {
  createDocumentedCall,
  type DocumentedRequest,
  documentedStatuses,
} from './documented.test-support.ts';
import { EXAMPLES } from './examples.ts';

type DocumentedCall = ReturnType<typeof createDocumentedCall>['call'];

const MATCH_ANY = { 'If-Match': '*' };
const MERGE_PATCH = { 'Content-Type': 'application/merge-patch+json' };
const EXPLAIN = EXAMPLES.ExplainBody;

function createAdmin(): Promise<TestAdmin> {
  return createAdminWithSystem({ explain: async () => EXAMPLES.Explanation as unknown as Explanation });
}

test('every answer is as the document says, and every status that the document has is answered', async () => {
  const { call, seen } = createDocumentedCall();
  await callEveryOperation(call);
  await changeEveryKind(call);
  await clashWithTheRest(call);
  await beNobodyInParticular(call);
  await callWhatHasNoObjects(call);
  expect([...documentedStatuses()].filter((status) => !seen.has(status))).toEqual([]);
});

/** What can go wrong with a request of any kind. */
async function callEveryOperation(call: DocumentedCall): Promise<void> {
  const admin = await createAdmin();
  const failing = [new Error('broken'), new UnavailableError('storage_unavailable', 'gone')].map((fault) =>
    createAdminWithSystem({
      authenticate: async () => {
        throw fault;
      },
    }),
  );
  for (const operation of OPERATIONS) {
    const { method, path, body } = operation;
    const request = { method: method.toUpperCase(), path: fill(path) };
    const type = body === undefined ? {} : { 'Content-Type': body.mediaType };
    const sent = {
      ...request,
      headers: type,
      ...(body === undefined ? {} : { body: EXAMPLES[body.schema] }),
    };
    expect((await call(admin, { ...sent, token: null })).status).toBe(401);
    expect((await call(admin, { ...sent, path: `${request.path}?nonsense=1` })).status).toBe(400);
    if (path.includes('{')) {
      const escaped = path.replaceAll(/\{\w+\}/g, '%41');
      expect((await call(admin, { ...sent, path: escaped })).status).toBe(404);
    }
    if (body !== undefined) {
      const bad = [
        { ...sent, headers: { 'Content-Type': 'text/plain' } },
        { ...sent, headers: { ...type, 'Content-Length': '1048577' } },
        { ...sent, body: '{' },
      ];
      const statuses = bad.map(async (each) => (await call(admin, each)).status);
      expect(await Promise.all(statuses)).toEqual([415, 413, 400]);
    }
    for (const broken of failing) await call(await broken, request);
  }
}

function fill(path: string): string {
  return path.replace('{system}', 'myidsystem').replace('{name}', 'nothing');
}

/** One object of every kind through its life, with what its preconditions refuse. */
async function changeEveryKind(call: DocumentedCall): Promise<void> {
  for (const { path, body, changed } of KINDS) {
    const admin = await createAdmin();
    const send = (request: Omit<DocumentedRequest, 'path'> & { readonly path?: string }) =>
      call(admin, { path, ...request });
    const list = path.slice(0, path.lastIndexOf('/'));
    const dryRun = `${path}?dryRun=true`;
    const stale = { 'If-Match': '"1-stale"' };
    await send({ method: 'PUT', path: dryRun, body });
    const created = await send({ method: 'PUT', body });
    await send({ method: 'GET' });
    await send({ method: 'GET', headers: { 'If-None-Match': created.headers.get('etag') ?? '' } });
    await send({ method: 'GET', path: list });
    await send({ method: 'PUT', body: changed });
    await send({ method: 'PUT', body: changed, headers: stale });
    await send({ method: 'PUT', body: changed, headers: MATCH_ANY });
    const patch = { description: 'patched' };
    await send({ method: 'PATCH', body: patch, headers: MERGE_PATCH });
    await send({ method: 'PATCH', body: patch, headers: { ...MERGE_PATCH, ...stale } });
    await send({ method: 'PATCH', path: dryRun, body: patch, headers: { ...MERGE_PATCH, ...MATCH_ANY } });
    await send({ method: 'PATCH', body: patch, headers: { ...MERGE_PATCH, ...MATCH_ANY } });
    await send({ method: 'DELETE' });
    await send({ method: 'DELETE', headers: stale });
    await send({ method: 'DELETE', path: dryRun, headers: MATCH_ANY });
    expect((await send({ method: 'DELETE', headers: MATCH_ANY })).status).toBe(204);
  }
}

/** Changes that do not fit the rest of the configuration. */
async function clashWithTheRest(call: DocumentedCall): Promise<void> {
  const admin = await createAdmin();
  const system = '/identity-systems/myidsystem';
  await admin.put('/clusters/prod', CLUSTER);
  await admin.put(`${system}/targets/vault`, TARGET);
  await admin.put(`${system}/targets/other`, { audiences: ['https://other.company.com'] });
  await admin.put(`${system}/rules/all`, RULE);
  const clashes: readonly [path: string, patch: object][] = [
    [system, { identityDomain: 'other' }],
    [`${system}/targets/other`, TARGET],
    ['/clusters/prod', { audiences: TARGET.audiences }],
  ];
  for (const [path, patch] of clashes) {
    const headers = { ...MERGE_PATCH, ...MATCH_ANY };
    expect((await call(admin, { method: 'PATCH', path, body: patch, headers })).status).toBe(409);
    const whole = path === '/clusters/prod' ? { ...CLUSTER, ...patch } : patch;
    expect((await call(admin, { method: 'PUT', path, body: whole, headers: MATCH_ANY })).status).toBe(409);
  }
  for (const path of [system, `${system}/targets/vault`, '/clusters/prod']) {
    expect((await call(admin, { method: 'DELETE', path, headers: MATCH_ANY })).status).toBe(409);
  }
}

/** What only a global owner may do. */
async function beNobodyInParticular(call: DocumentedCall): Promise<void> {
  const admin = await createAdmin();
  const token = TEAM_TOKEN;
  const system = { identityDomain: 'prod', audiencePatterns: ['https://*'] };
  const headers = { ...MERGE_PATCH, ...MATCH_ANY };
  const path = '/identity-systems/myidsystem';
  const answers = [
    await call(admin, { method: 'PUT', path, token, body: system, headers: MATCH_ANY }),
    await call(admin, { method: 'PATCH', path, token, body: { audiencePatterns: ['https://*'] }, headers }),
    await call(admin, { method: 'PUT', path: '/revocations/a', token, body: EXAMPLES.RevocationBody }),
    await call(admin, { method: 'PATCH', path: '/revocations/a', token, body: {}, headers }),
    await call(admin, { method: 'DELETE', path: '/revocations/a', token }),
    await call(admin, { method: 'GET', path: '/tombstones', token }),
    await call(admin, { method: 'POST', path: '/tombstones:release', token, body: EXAMPLES.ReleaseBody }),
    await call(admin, { method: 'POST', path: '/explain', token, body: EXPLAIN }),
    await call(admin, { method: 'GET', path: '/audit-events', token }),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
}

/** Everything that is not one kind's own. */
async function callWhatHasNoObjects(call: DocumentedCall): Promise<void> {
  const admin = await createAdmin();
  await admin.put('/clusters/prod', CLUSTER);
  await admin.put('/identity-systems/old', { identityDomain: 'prod' });
  await admin.delete('/identity-systems/old', { headers: MATCH_ANY });
  const release = { kind: 'IdentitySystem', name: 'old' };
  const key = { 'Idempotency-Key': 'k1' };
  const post = (path: string, body: unknown, headers = {}) =>
    call(admin, { method: 'POST', path, body, headers });
  for (const path of ['/whoami', '/openapi.json', '/clusters/prod/status', '/tombstones', '/audit-events']) {
    expect((await call(admin, { method: 'GET', path })).status).toBe(200);
  }
  const statuses = [
    await post('/tombstones:release', release, key),
    await post('/tombstones:release', release, key),
    await post('/tombstones:release', release),
    await post('/tombstones:release', { kind: 'Cluster', name: 'old' }, key),
    await post('/explain', EXPLAIN, { 'Idempotency-Key': 'k2' }),
    await post('/explain', { ...EXPLAIN, scope: '' }, { 'Idempotency-Key': 'k2' }),
  ];
  expect(statuses.map(({ status }) => status)).toEqual([204, 204, 404, 422, 200, 422]);
  const running = await createAdminWithSystem({ beginRequest: async () => ({ kind: 'running' }) });
  for (const [path, body] of [
    ['/explain', EXPLAIN],
    ['/tombstones:release', release],
  ] as const) {
    expect((await call(running, { method: 'POST', path, body, headers: key })).status).toBe(409);
  }
}
