import { expect, test } from 'vitest';
import { createTestGateway, ISSUER } from '../test-support.ts';

test('livez answers as long as the process does, whatever is not ready', async () => {
  const { app } = createTestGateway({ readiness: () => [{ name: 'storage', ok: false }] });
  const response = await app.request(`${ISSUER}/livez`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'live' }]);
});

test('readyz is ready when every check is', async () => {
  const { app } = createTestGateway({ readiness: () => [{ name: 'policy', ok: true, detail: 'epoch 12' }] });
  const response = await app.request(`${ISSUER}/readyz`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }]);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('readyz names each check that fails, and not those that hold', async () => {
  const { app } = createTestGateway({
    readiness: () => [
      { name: 'policy', ok: true },
      { name: 'storage', ok: false, detail: 'not reachable for 12 s' },
      { name: 'signing-keys', ok: false },
    ],
  });
  const response = await app.request(`${ISSUER}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    status: 'not ready',
    failing: [{ name: 'storage', detail: 'not reachable for 12 s' }, { name: 'signing-keys' }],
  });
});

test('both probes stay at the root when the issuer has a path', async () => {
  const { app } = createTestGateway({ issuer: `${ISSUER}/tenants/one` });
  expect((await app.request(`${ISSUER}/livez`)).status).toBe(200);
  expect((await app.request(`${ISSUER}/readyz`)).status).toBe(200);
});
