import { UnavailableError } from '@symbolon/core';
import { createMemoryStores } from '@symbolon/storage/memory';
import { describe, expect, test } from 'vitest';
import { CLUSTER, createTestAdmin, KINDS, OWNER_TOKEN, SYSTEM } from './test-support.ts';

const SECRET = 'hunter2-secret-value';
const DRIVER_TEXT = `duplicate key value violates unique constraint "targets_pkey" (sql: INSERT ... '${SECRET}')`;

class DriverError extends Error {
  readonly code = '23505';
}
/** As a driver might make one: what is normally a word holds text. */
class TalkativeError extends Error {
  readonly code = `query failed: ${SECRET}`;
}

const FAULTS = [
  ["a driver's error", new DriverError(DRIVER_TEXT), 500],
  ['one that talks in its code', new TalkativeError(DRIVER_TEXT), 500],
  [
    'a store that cannot answer',
    new UnavailableError('storage_unavailable', 'the store cannot answer', {
      cause: new DriverError(DRIVER_TEXT),
      retryAfterSeconds: 7,
    }),
    503,
  ],
] as const;

function expectNoLeak(text: string): void {
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(OWNER_TOKEN);
  expect(text).not.toMatch(
    /sql|INSERT|constraint|\bat \S+ \(|\.ts\b|node_modules|(Driver|Talkative|Unavailable)Error/i,
  );
}

describe.each(FAULTS)('A50: %s', (_, fault, status) => {
  const failing = async () => {
    throw fault;
  };

  test.each(KINDS)(
    'shows nothing of itself to callers, nor of its text to the log: $kind',
    async ({ path, body }) => {
      const admin = createTestAdmin({ read: failing, list: failing, change: failing });
      const collection = path.slice(0, path.lastIndexOf('/'));
      const answers = [
        await admin.get(path),
        await admin.get(collection),
        await admin.put(path, body),
        await admin.put(`${path}?dryRun=true`, body),
        await admin.patch(path, {}),
        await admin.delete(path, { headers: { 'If-Match': '*' } }),
      ];
      for (const answer of answers) {
        expect(answer.status).toBe(status);
        expectNoLeak(answer.text);
        expect(answer.headers.get('retry-after')).toBe(status === 503 ? '7' : null);
        expect(answer.headers.get('x-request-id')).toBe(answer.json.requestId);
      }
      expect(admin.logged).toHaveLength(answers.length);
      expect(JSON.stringify(admin.logged)).not.toContain(SECRET);
    },
  );

  test('shows nothing of itself in the list of tombstones or a release', async () => {
    const admin = createTestAdmin({ listTombstones: failing, change: failing });
    for (const answer of [await admin.get('/tombstones'), await admin.release('Cluster', 'a')]) {
      expect(answer.status).toBe(status);
      expectNoLeak(answer.text);
    }
    expect(JSON.stringify(admin.logged)).not.toContain(SECRET);
  });

  test('in the judgement of a token it lets nobody in', async () => {
    const admin = createTestAdmin({ authenticate: failing });
    const answer = await admin.get('/whoami');
    expect(answer.status).toBe(status);
    expectNoLeak(answer.text);
  });

  test('in sealing a credential writes nothing', async () => {
    const admin = createTestAdmin({ sealClusterCredential: failing });
    const answer = await admin.put('/clusters/prod', CLUSTER);
    expect(answer.status).toBe(status);
    expectNoLeak(answer.text);
    expect(JSON.stringify(admin.logged)).not.toContain(SECRET);
    expect((await admin.get('/clusters/prod')).status).toBe(404);
  });

  test('in the new policy after a commit is logged, and the change stands and is acknowledged', async () => {
    const admin = createTestAdmin({ policyChanged: failing });
    const answer = await admin.put('/identity-systems/myidsystem', SYSTEM);
    expect(answer.status).toBe(201);
    expect((await admin.get('/identity-systems/myidsystem')).status).toBe(200);
    const errors = admin.logged.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });
});

test('A51: a change whose audit event cannot be written is no change: object, credential and epoch are as before', async () => {
  const stores = createMemoryStores();
  const admin = createTestAdmin({
    ...stores,
    change: (work) =>
      stores.change((transaction) =>
        work({
          ...transaction,
          recordChange: async () => {
            throw new DriverError(DRIVER_TEXT);
          },
        }),
      ),
  });
  expect((await admin.put('/clusters/prod', CLUSTER)).status).toBe(500);
  const { epoch, clusters } = await stores.readSnapshot();
  expect([epoch.number, clusters]).toEqual([0, []]);
  expect(await stores.readClusterCredential('prod')).toBeNull();
});

test('A50: no refusal repeats a value that was sent', async () => {
  const admin = createTestAdmin();
  await admin.put('/identity-systems/myidsystem', SYSTEM);
  const credential = { kind: 'token', token: `${SECRET} with a space` };
  const answers = [
    await admin.put('/clusters/a', {
      ...CLUSTER,
      apiServer: { url: `https://user:${SECRET}@x`, credential },
    }),
    await admin.put('/clusters/a', { ...CLUSTER, apiServer: { url: CLUSTER.apiServer.url, credential } }),
    await admin.put('/clusters/a', {
      ...CLUSTER,
      issuers: [`${SECRET} `],
      audiences: [`${SECRET} `],
      labels: { a: `${SECRET} ` },
    }),
    await admin.put('/clusters/a', { ...CLUSTER, validation: { mode: SECRET, jwks: { source: SECRET } } }),
    await admin.put('/clusters/a', {
      ...CLUSTER,
      validation: {
        mode: 'offline',
        jwks: {
          source: 'inline',
          keys: [
            { kty: 'RSA', n: SECRET, e: SECRET, d: SECRET },
            { kty: 'oct', k: SECRET },
          ],
        },
      },
    }),
    await admin.put('/identity-systems/myidsystem/targets/a', {
      audiences: [`${SECRET} `],
      tokenTypes: [SECRET],
    }),
    await admin.put('/identity-systems/myidsystem/rules/a', {
      effect: SECRET,
      match: SECRET,
      claims: { a: `$${SECRET}` },
      notBefore: SECRET,
    }),
    await admin.put('/clusters/a', `{"${'x'.repeat(10)}": ${SECRET}}`),
    await admin.put('/clusters/a', CLUSTER, { headers: { 'If-Match': SECRET } }),
    await admin.patch('/identity-systems/myidsystem', { subject: SECRET, labels: { a: `${SECRET} ` } }),
    await admin.patch('/identity-systems/myidsystem', `"${SECRET}"`),
    await admin.put('/revocations/a', {
      subject: `${SECRET} `,
      reason: `${SECRET}\n`,
      workload: { namespace: `${SECRET} `, podUid: `${SECRET} ` },
      expiresAt: SECRET,
    }),
    await admin.release('Cluster', `${SECRET} `),
    await admin.post('/tombstones:release', { kind: SECRET, name: 'a' }),
    await admin.get(`/tombstones?kind=${SECRET}`),
    await admin.get(`/clusters?labelSelector=${SECRET}`),
    await admin.put(`/clusters/a?dryRun=${SECRET}`, CLUSTER),
    await admin.get('/clusters', { token: SECRET }),
    await admin.get(`/clusters?cursor=${SECRET}`),
    await admin.get(`/clusters?${SECRET}=1`),
    await admin.get(`/${SECRET}`),
  ];
  for (const answer of answers) {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expectNoLeak(answer.text);
  }
});
