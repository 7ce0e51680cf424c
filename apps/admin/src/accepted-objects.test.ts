import { compilePolicy } from '@symbolon/core';
import { expect, test } from 'vitest';
import { createAdminWithSystem, ISSUER, KINDS, RULE } from './test-support.ts';

test('what the API accepts, the policy takes: nothing that was written is left out of it', async () => {
  const admin = await createAdminWithSystem();
  for (const { path, body } of KINDS) expect((await admin.put(path, body)).status).toBe(201);
  const rules = [
    {
      ...RULE,
      match: { ...RULE.match, serviceAccounts: ['*.v1', 'a.b-*'] },
      sharedSubject: 'x',
      scopes: ['*'],
    },
    {
      ...RULE,
      claims: { 'https://a/b': { 'c:d': [null, true, -1.5, 'a/b@c'] }, e: [[['f']]] },
      ttlSeconds: 60,
    },
    { ...RULE, notBefore: '2027-01-01T00:00:00.5+14:00', notAfter: '2028-02-29T23:59:59Z' },
    { effect: 'deny', match: { clusters: ['*'], namespaces: ['*'], serviceAccounts: ['*'] } },
  ];
  for (const [index, rule] of rules.entries()) {
    expect((await admin.put(`/identity-systems/myidsystem/rules/r${index}`, rule)).status).toBe(201);
  }
  const target = { audiences: ["https://a/?b='c'", 'urn:d'], issuedAudience: '!$&()' };
  expect((await admin.put('/identity-systems/myidsystem/targets/odd', target)).status).toBe(201);

  expect(compilePolicy(await admin.stores.readSnapshot(), { issuer: ISSUER }).faults).toEqual([]);
});
