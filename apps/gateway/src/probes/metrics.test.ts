import { expect, test } from 'vitest';
import { createProbes } from '../create-probes.ts';
import { createTestGateway, ISSUER } from '../test-support.ts';

const metrics = { readMetrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }) };

function createTestProbes(readMetrics = metrics.readMetrics) {
  const lines: object[] = [];
  const app = createProbes({
    issuer: ISSUER,
    metrics: { readMetrics },
    readiness: () => [{ name: 'storage', ok: false }],
    createId: () => 'request-1',
    elapsedMs: () => 0,
    clientAddressOf: () => null,
    log: { logRequest: (line) => lines.push(line), logFault: (line) => lines.push(line) },
  });
  return { app, lines };
}

test('the metrics are served as they are read, at the root, and kept by no cache', async () => {
  const { app } = createTestGateway({ issuer: `${ISSUER}/tenants/one` });
  const response = await app.request(`${ISSUER}/metrics`);
  expect([response.status, await response.text()]).toEqual([200, 'up 1\n']);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('a gateway whose metrics have a server of their own has no such path', async () => {
  const { app } = createTestGateway({ metrics: null });
  expect((await app.request(`${ISSUER}/metrics`)).status).toBe(404);
});

test('that server has the metrics and both probes, and nothing else of the gateway', async () => {
  const { app } = createTestProbes();
  const statusOf = async (path: string, method = 'GET') =>
    (await app.request(`http://10.0.0.1:9090${path}`, { method })).status;
  expect(await statusOf('/metrics')).toBe(200);
  expect(await statusOf('/metrics', 'POST')).toBe(405);
  expect(await statusOf('/livez')).toBe(200);
  expect(await statusOf('/readyz')).toBe(503);
  for (const path of ['/token', '/jwks', '/.well-known/openid-configuration', '/errors/token_expired', '/']) {
    expect(await statusOf(path, 'POST')).toBe(404);
    expect(await statusOf(path)).toBe(404);
  }
});

test('metrics that cannot be read are 503, and nothing of why shows', async () => {
  const { app, lines } = createTestProbes(() => Promise.reject(new Error('canary of a driver')));
  const response = await app.request(`${ISSUER}/metrics`);
  expect(response.status).toBe(503);
  expect((await response.text()) + JSON.stringify(lines)).not.toContain('canary');
});
