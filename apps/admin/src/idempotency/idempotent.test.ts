import { type Explanation, UnavailableError } from '@symbolon/core';
import { createMemoryStores } from '@symbolon/storage/memory';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { AdminEnv } from '../http/env.ts';
import { refuse } from '../http/problem.ts';
import { addRoute } from '../http/route.ts';
import { EXAMPLES } from '../openapi/examples.ts';
import type { AdminDeps } from '../ports.ts';
import { createTestAdmin, OWNER_TOKEN, TEAM_TOKEN } from '../test-support.ts';
import { idempotent } from './idempotent.ts';

const BODY = {
  workload: { cluster: 'prod', namespace: 'team-a', serviceAccount: 'web' },
  audience: ['https://vault.company.com'],
};
const KEY = '8e03978e-40d5';

/** An admin whose explanations are counted: each has the number of those before it as `rulesOmitted`. */
function createCountingAdmin(overrides: Partial<AdminDeps> = {}) {
  let served = 0;
  const admin = createTestAdmin({
    explain: async () => {
      served += 1;
      return { ...(EXAMPLES.Explanation as unknown as Explanation), rulesOmitted: served };
    },
    ...overrides,
  });
  const post = (key: string | null, body: unknown = BODY, more: { token?: string; path?: string } = {}) =>
    admin.call('POST', more.path ?? '/explain', {
      body,
      headers: key === null ? {} : { 'Idempotency-Key': key },
      ...(more.token === undefined ? {} : { token: more.token }),
    });
  return { ...admin, post, served: () => served };
}

test('a retry under the same key gets the very answer of the first, which is served once', async () => {
  const admin = createCountingAdmin();
  const first = await admin.post(KEY);
  const retry = await admin.post(KEY);
  const quoted = await admin.post(`"${KEY}"`);
  expect([first.status, retry.status, quoted.status]).toEqual([200, 200, 200]);
  expect([retry.text, quoted.text]).toEqual([first.text, first.text]);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(retry.headers.get('idempotency-replayed')).toBe('true');
  expect(retry.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  expect(admin.served()).toBe(1);
});

test('without a key, or under another one, a request is served anew', async () => {
  const admin = createCountingAdmin();
  for (const key of [null, null, 'a', 'b']) await admin.post(key);
  expect(admin.served()).toBe(4);
});

test('a request is the same by what its body says, not by its spaces', async () => {
  const admin = createCountingAdmin();
  await admin.post(KEY, JSON.stringify(BODY));
  const retry = await admin.post(KEY, JSON.stringify(BODY, null, 2));
  expect(retry.headers.get('idempotency-replayed')).toBe('true');
});

describe('refuses a key that was used for another request', () => {
  test.each([
    ['another body', { ...BODY, scope: 'read' }, '/explain'],
    ['another path', BODY, '/tombstones:release'],
    ['another query', BODY, '/explain?a=1'],
  ])('%s', async (_, body, path) => {
    const admin = createCountingAdmin();
    await admin.post(KEY);
    const answer = await admin.post(KEY, body, { path });
    expect([answer.status, answer.json.type]).toEqual([422, 'urn:symbolon:problem:idempotency_key_reused']);
    expect(admin.served()).toBe(1);
  });
});

test('a key belongs to its principal: another one neither gets the answer nor learns that there is one', async () => {
  const admin = createCountingAdmin({ authenticate: (token) => ({ id: token, isGlobalOwner: true }) });
  await admin.post(KEY, BODY, { token: OWNER_TOKEN });
  const other = await admin.post(KEY, BODY, { token: TEAM_TOKEN });
  expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([200, null]);
  expect(admin.served()).toBe(2);
});

test('A45: what a principal was told while it had the right is not told again once it has not, nor refused for good', async () => {
  const rights = { id: 'ann', isGlobalOwner: true };
  const admin = createCountingAdmin({ authenticate: () => ({ ...rights }) });
  expect((await admin.post(KEY)).status).toBe(200);
  rights.isGlobalOwner = false;
  for (const key of [KEY, 'other']) {
    const refused = await admin.post(key);
    expect([refused.status, refused.headers.get('idempotency-replayed')]).toEqual([403, null]);
  }
  rights.isGlobalOwner = true;
  expect((await admin.post('other')).status).toBe(200);
  expect(admin.served()).toBe(2);
});

test('of two that come at once, one is served and the other is told to wait', async () => {
  const entered = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const admin = createCountingAdmin({
    explain: async () => {
      entered.resolve();
      await finish.promise;
      return EXAMPLES.Explanation as unknown as Explanation;
    },
  });
  const first = admin.post(KEY);
  await entered.promise;
  const second = await admin.post(KEY);
  expect([second.status, second.json.type]).toEqual([409, 'urn:symbolon:problem:idempotency_in_progress']);
  expect(second.headers.get('retry-after')).toBe('1');
  finish.resolve();
  expect((await first).status).toBe(200);
  expect((await admin.post(KEY)).headers.get('idempotency-replayed')).toBe('true');
});

test('a refusal is kept too, under the id of the request that asks again', async () => {
  const admin = createCountingAdmin();
  const first = await admin.post(KEY, { ...BODY, audiences: [] });
  const retry = await admin.post(KEY, { ...BODY, audiences: [] });
  expect([first.status, retry.status]).toEqual([400, 400]);
  expect(retry.headers.get('idempotency-replayed')).toBe('true');
  expect(retry.headers.get('content-type')).toBe('application/problem+json');
  expect({ ...retry.json, requestId: '' }).toEqual({ ...first.json, requestId: '' });
  expect(retry.json.requestId).toBe(retry.headers.get('x-request-id'));
});

test.each([
  ['a fault', new Error('broken'), 500],
  ['a dependency that cannot answer', new UnavailableError('storage_unavailable', 'gone'), 503],
])("%s gives the key back: the broker's trouble is not the answer for a day", async (_, fault, status) => {
  let isBroken = true;
  const admin = createCountingAdmin({
    explain: async () => {
      if (isBroken) throw fault;
      return EXAMPLES.Explanation as unknown as Explanation;
    },
  });
  expect((await admin.post(KEY)).status).toBe(status);
  isBroken = false;
  const retry = await admin.post(KEY);
  expect([retry.status, retry.headers.get('idempotency-replayed')]).toEqual([200, null]);
});

test('a refusal for trouble of the broker gives the key back as well', async () => {
  const kept: unknown[] = [];
  const admin = createTestAdmin();
  const handle = idempotent(async () => refuse('unavailable'), {
    ...admin.stores,
    now: admin.clock.now,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    endRequest: async (_, answer) => {
      kept.push(answer);
    },
  });
  const app = new Hono<AdminEnv>();
  app.use(async ({ set }, next) => {
    set('requestId', 'r1');
    set('principal', { id: 'bootstrap', isGlobalOwner: true });
    await next();
  });
  addRoute(app, '/', { POST: handle });
  const headers = { 'Idempotency-Key': KEY, 'Content-Type': 'application/json' };
  expect((await app.request('/', { method: 'POST', body: '{}', headers })).status).toBe(503);
  expect(kept).toEqual([null]);
});

test('what was done is acknowledged where its answer cannot be kept, and the log says so without its text', async () => {
  const stores = createMemoryStores();
  const admin = createCountingAdmin({
    ...stores,
    endRequest: async () => {
      throw new Error('hunter2-secret-value');
    },
  });
  expect((await admin.post(KEY)).status).toBe(200);
  expect(admin.logged.map(({ level }) => level)).toEqual(['error']);
  expect(JSON.stringify(admin.logged)).not.toContain('hunter2');
});

test('where keys cannot be looked up, nothing is served under one', async () => {
  const admin = createCountingAdmin({
    beginRequest: async () => {
      throw new UnavailableError('storage_unavailable', 'gone');
    },
  });
  expect((await admin.post(KEY)).status).toBe(503);
  expect(admin.served()).toBe(0);
  expect((await admin.post(null)).status).toBe(200);
});

test.each(['', '""', 'a b', '"a", "b"', `"${'a'.repeat(256)}"`])(
  'refuses %j as a key before anything is served',
  async (key) => {
    const admin = createCountingAdmin();
    const answer = await admin.post(key);
    expect([answer.status, answer.json.type]).toEqual([400, 'urn:symbolon:problem:invalid_request']);
    expect(admin.served()).toBe(0);
  },
);

test('A50: neither a subject token nor what it was sent with is kept beside the answer', async () => {
  const stores = createMemoryStores();
  const kept: unknown[] = [];
  const admin = createCountingAdmin({
    ...stores,
    beginRequest: (request, nowMs) => {
      kept.push(request);
      return stores.beginRequest(request, nowMs);
    },
    endRequest: (request, answer, begunAtMs) => {
      kept.push(request, answer);
      return stores.endRequest(request, answer, begunAtMs);
    },
  });
  const token = 'hunter2.secret.value';
  await admin.post(KEY, { subjectToken: token, audience: BODY.audience });
  await admin.post('other', { subjectToken: token, audience: BODY.audience, nonsense: token });
  expect(kept).toHaveLength(6);
  expect(JSON.stringify(kept)).not.toContain('hunter2');
});
