import { compilePolicy } from '@symbolon/core';
import { expect, test } from 'vitest';
import { createTestAdmin, ISSUER, pointersOf, REVOCATION, TEAM_TOKEN } from '../test-support.ts';

const PATH = '/revocations/leaked';

test("is a global owner's to write, change and delete, whether or not it is there", async () => {
  const admin = createTestAdmin();
  const team = { token: TEAM_TOKEN };
  const tryAll = async () => [
    (await admin.put(PATH, REVOCATION, team)).status,
    (await admin.put(`${PATH}?dryRun=true`, REVOCATION, team)).status,
    (await admin.patch(PATH, { reason: 'none' }, team)).status,
    (await admin.delete(PATH, { ...team, headers: { 'If-Match': '*' } })).status,
    (await admin.put(PATH, { broken: true }, team)).status,
  ];
  expect(await tryAll()).toEqual([403, 403, 403, 403, 403]);
  expect((await admin.put(PATH, REVOCATION)).status).toBe(201);
  expect(await tryAll()).toEqual([403, 403, 403, 403, 403]);
  expect((await admin.get(PATH)).json).toMatchObject(REVOCATION);
});

test('that has ended when it is written is refused: it would revoke nothing, and nobody would notice', async () => {
  const admin = createTestAdmin();
  const at = (ms: number) => ({ ...REVOCATION, expiresAt: new Date(admin.clock.now() + ms).toISOString() });
  for (const ms of [0, -1, -86_400_000]) {
    const refused = await admin.put(PATH, at(ms));
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/expiresAt']]);
  }
  expect((await admin.put(PATH, at(1))).status).toBe(201);
});

test('that has ended since is read, deleted, and changed only by what lets it go on', async () => {
  const admin = createTestAdmin();
  await admin.put(PATH, { ...REVOCATION, expiresAt: '2027-01-15T09:00:00Z' });
  admin.clock.advance(2 * 3_600_000);
  expect((await admin.get(PATH)).status).toBe(200);
  const refused = await admin.patch(PATH, { reason: 'still' });
  expect([refused.status, pointersOf(refused)]).toEqual([400, ['/expiresAt']]);
  expect((await admin.patch(PATH, { expiresAt: null })).status).toBe(200);
  expect((await admin.delete(PATH, { headers: { 'If-Match': '*' } })).status).toBe(204);
});

test('takes effect by the epoch like everything, and is in the policy before it is acknowledged', async () => {
  const policies: number[] = [];
  const admin = createTestAdmin({
    policyChanged: async () => {
      policies.push((await admin.stores.readSnapshot()).revocations.length);
    },
  });
  await admin.put(PATH, REVOCATION);
  expect(policies).toEqual([1]);
  expect((await admin.stores.readSnapshot()).epoch.number).toBe(1);
  expect(compilePolicy(await admin.stores.readSnapshot(), { issuer: ISSUER }).faults).toEqual([]);
});
