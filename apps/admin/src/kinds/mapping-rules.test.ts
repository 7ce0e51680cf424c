import { expect, test } from 'vitest';
import { createAdminWithSystem, pointersOf, RULE } from '../test-support.ts';

const PATH = '/identity-systems/myidsystem/rules/all';

test('defaults are filled in and shown; what was left out stays left out', async () => {
  const admin = await createAdminWithSystem();
  const { json } = await admin.put(PATH, RULE);
  expect(json).toMatchObject({
    enforcement: 'enforce',
    priority: 0,
    allowDefaultServiceAccount: false,
    claims: {},
    enabled: true,
  });
  for (const field of ['sharedSubject', 'scopes', 'ttlSeconds', 'notBefore', 'notAfter']) {
    expect(json).not.toHaveProperty(field);
  }
});

test('a whole rule is kept as it was written', async () => {
  const admin = await createAdminWithSystem();
  const rule = {
    effect: 'allow',
    enforcement: 'enforce',
    priority: -5,
    match: {
      clusters: ['prod', 'prod-*'],
      namespaces: ['team-*'],
      serviceAccounts: ['api.v1'],
      serviceAccountUid: '4a6bbd5c-0f8e-4d4b-9e0f-0d2c6a3f1e11',
    },
    allowDefaultServiceAccount: true,
    sharedSubject: 'deployers',
    targets: ['vault'],
    scopes: ['read', 'write'],
    claims: { role: 'arn:aws:iam::123:role/deployer', level: 3, flags: { on: [true, null] } },
    ttlSeconds: 900,
    notBefore: '2027-01-01T00:00:00Z',
    notAfter: '2027-02-01T00:00:00+01:00',
    enabled: false,
  };
  await admin.put(PATH, rule);
  expect((await admin.get(PATH)).json).toMatchObject(rule);
});

test('A65: a claim that would say who the subject is, for whom or by what proof is refused by name', async () => {
  const admin = await createAdminWithSystem();
  const claims = {
    sub: 'x',
    aud: 'x',
    'kubernetes.io': {},
    act: { sub: 'x' },
    cnf: {},
    Sub: 'x',
    identity_system: 'x',
    fine: 1,
  };
  const refused = await admin.put(PATH, { ...RULE, claims });
  expect(refused.status).toBe(400);
  expect(pointersOf(refused)).toEqual(
    ['sub', 'aud', 'kubernetes.io', 'act', 'cnf', 'Sub', 'identity_system'].map((name) => `/claims/${name}`),
  );
});

test('what is not evaluated yet is refused, not stored and forgotten', async () => {
  const admin = await createAdminWithSystem();
  const match = { ...RULE.match, condition: 'workload.namespace == "a"' };
  const refused = await admin.put(PATH, { ...RULE, match, enforcement: 'shadow' });
  expect(refused.json.errors).toEqual([
    { pointer: '/enforcement', detail: 'shadow is not available yet: use "enforce"' },
    { pointer: '/match/condition', detail: 'a condition is not available yet' },
  ]);
});
