import { describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  createTestAdmin,
  OWNER_TOKEN,
  SYSTEM,
  TARGET,
  TEAM_TOKEN,
} from '../test-support.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH', 'OPTIONS', 'PURGE'];

describe('A46, L36: without a valid token', () => {
  test.each(METHODS)(
    '%s is 401 on every path, known or not, before anything else is looked at',
    async (method) => {
      const admin = createTestAdmin();
      for (const path of ['/whoami', '/clusters', '/clusters/x', '/nothing', '/../..', '//', '?limit=x']) {
        for (const token of [null, 'wrong-token', `${OWNER_TOKEN}x`, OWNER_TOKEN.slice(1)]) {
          const answer = await admin.call(method, path, { token });
          expect([path, answer.status]).toEqual([path, 401]);
          expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="symbolon"/);
          expect(answer.headers.get('cache-control')).toBe('no-store');
        }
      }
      expect((await admin.app.request('/', { method })).status).toBe(401);
    },
  );

  test('a broken body, a precondition or a huge body is not even judged', async () => {
    const admin = createTestAdmin();
    const broken = { token: null, body: '{', headers: { 'If-Match': '???', 'Content-Type': 'text/plain' } };
    expect((await admin.call('PUT', '/clusters/UPPER?x=1', broken)).status).toBe(401);
  });

  test('the refusal says what to send and where the token lies, the same to everybody, and no token', async () => {
    const admin = createTestAdmin();
    const tokens = [null, 'wrong-token', OWNER_TOKEN.slice(1)];
    const answers = await Promise.all(tokens.map((token) => admin.get('/whoami', { token })));
    const details = new Set(answers.map(({ json }) => json.detail));
    expect([...details]).toEqual([expect.stringMatching(/Authorization: Bearer.*admin-token/)]);
    expect(answers.map(({ text }) => text).join()).not.toMatch(/wrong-token|0123456789/);
  });

  test.each([
    ['another scheme', `Basic ${OWNER_TOKEN}`],
    ['no scheme', OWNER_TOKEN],
    ['two tokens', `Bearer ${TEAM_TOKEN}, Bearer ${OWNER_TOKEN}`],
    ['an empty token', 'Bearer '],
    ['characters that no token has', `Bearer ${OWNER_TOKEN}"`],
  ])('%s does not authenticate', async (_, authorization) => {
    const admin = createTestAdmin();
    const answer = await admin.get('/whoami', { token: null, headers: { Authorization: authorization } });
    expect(answer.status).toBe(401);
  });

  test('the token is read from the Authorization header and from nowhere else', async () => {
    const admin = createTestAdmin();
    const headers = {
      Cookie: `token=${OWNER_TOKEN}`,
      'X-Auth-Token': OWNER_TOKEN,
      'Proxy-Authorization': `Bearer ${OWNER_TOKEN}`,
    };
    expect((await admin.get(`/whoami?access_token=${OWNER_TOKEN}`, { token: null, headers })).status).toBe(
      401,
    );
  });
});

describe('A46: paths have one spelling', () => {
  const DISGUISED = [
    '/clusters/',
    '/clusters//prod',
    '//clusters',
    '/clusters%2Fprod',
    '/clusters/%70rod',
    '/identity-systems/myidsystem%2Ftargets/vault',
    '/identity-systems/myidsystem/../myidsystem/',
    '/clusters/prod.',
    '/Clusters',
    '/CLUSTERS/prod',
    '/clusters;a=b',
    '/clusters/prod%00',
    '/clusters/pröd',
    '/identity-systems/myidsystem/targets/%2e%2e',
    '/identity-systems/MYIDSYSTEM',
    '/identity-systems/symbolon',
  ];

  test.each(DISGUISED)('%s is no way in', async (path) => {
    const admin = await createAdminWithSystem();
    await admin.put('/clusters/prod', CLUSTER);
    await admin.put('/identity-systems/myidsystem/targets/vault', TARGET);
    const before = await admin.stores.readSnapshot();
    for (const body of [SYSTEM, TARGET, CLUSTER]) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const sent = { body: method === 'PUT' ? body : undefined, headers: { 'If-Match': '*' } };
        expect([400, 404]).toContain((await admin.call(method, path, sent)).status);
      }
    }
    expect(await admin.stores.readSnapshot()).toEqual(before);
  });

  test.each([
    ['dots that a URL parser resolves', '/admin/v1/clusters/%2e%2e/whoami', '/admin/v1/whoami'],
    ['plain dots', '/admin/v1/clusters/../whoami', '/admin/v1/whoami'],
    ['an absolute target', 'http://elsewhere/admin/v1/whoami', '/admin/v1/whoami'],
    ['a backslash', '/admin/v1\\whoami', '/admin/v1/whoami'],
  ])('%s on the wire are refused, though what they resolve to is a path', async (_, sent, resolved) => {
    const { app } = createTestAdmin();
    const init = { headers: { Authorization: `Bearer ${OWNER_TOKEN}` } };
    expect((await app.request(resolved, init, { incoming: { url: sent } })).status).toBe(404);
    expect((await app.request(resolved, init, { incoming: { url: resolved } })).status).toBe(200);
  });
});

describe('A46: methods', () => {
  test.each([
    ['/clusters', 'GET, HEAD'],
    ['/whoami', 'GET, HEAD'],
    ['/clusters/prod', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['/identity-systems/myidsystem/rules/all', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['/revocations/leaked', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['/tombstones', 'GET, HEAD'],
    ['/tombstones:release', 'POST'],
  ])('%s answers 405 to every method but %s', async (path, allow) => {
    const admin = createTestAdmin();
    for (const method of METHODS.filter((name) => !allow.includes(name))) {
      const answer = await admin.call(method, path);
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allow]);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('no header and no parameter turns one method into another', async () => {
    const admin = await createAdminWithSystem();
    const headers = {
      'X-HTTP-Method-Override': 'DELETE',
      'X-Method-Override': 'DELETE',
      'X-HTTP-Method': 'DELETE',
      'If-Match': '*',
    };
    expect((await admin.get('/identity-systems/myidsystem', { headers })).status).toBe(200);
    expect((await admin.call('POST', '/identity-systems/myidsystem', { headers })).status).toBe(405);
    expect((await admin.get('/identity-systems/myidsystem?_method=DELETE', { headers })).status).toBe(400);
    expect((await admin.get('/identity-systems/myidsystem')).status).toBe(200);
  });

  test('HEAD is GET without its body, for those who may GET', async () => {
    const admin = await createAdminWithSystem();
    const head = await admin.call('HEAD', '/identity-systems/myidsystem');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(
      (await admin.get('/identity-systems/myidsystem')).headers.get('etag'),
    );
  });

  test('a Host header changes nothing', async () => {
    const { app } = createTestAdmin();
    const init = {
      headers: { Authorization: `Bearer ${OWNER_TOKEN}`, Host: 'evil', 'X-Forwarded-Host': 'evil' },
    };
    const answer = await app.request('http://evil.example/admin/v1/whoami', init);
    expect(await answer.text()).not.toContain('evil');
  });
});

test('whoami says who the token stands for', async () => {
  const admin = createTestAdmin();
  expect((await admin.get('/whoami')).json).toEqual({ id: 'bootstrap', isGlobalOwner: true });
  expect((await admin.get('/whoami', { token: TEAM_TOKEN })).json).toEqual({
    id: 'team',
    isGlobalOwner: false,
  });
  expect((await admin.get('/whoami?x=1')).status).toBe(400);
});

test('every answer has a request id of ours, in its header and in a problem; what the caller sends is not taken', async () => {
  const admin = createTestAdmin();
  const headers = { 'X-Request-Id': 'chosen-by-the-caller' };
  const served = await admin.get('/whoami', { headers });
  expect(served.headers.get('x-request-id')).toBe('request-1');
  const refused = await admin.get('/nothing', { headers });
  expect(refused.headers.get('x-request-id')).toBe('request-2');
  expect(refused.json).toEqual({
    type: 'urn:symbolon:problem:not_found',
    title: 'There is no such thing here',
    status: 404,
    requestId: 'request-2',
  });
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
});
