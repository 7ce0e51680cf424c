import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { observeAdmin } from './observe-admin.ts';

const BASE = 'http://127.0.0.1:8081/admin/v1';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

function observed() {
  const app = new Hono();
  app.use((context, next) => {
    context.header('x-request-id', 'made-here');
    return next();
  });
  app.on(['GET', 'PUT'], '/admin/v1/clusters/:name', (context) => context.text('cluster'));
  app.all('/admin/v1/clusters/:name', (context) => context.text('no', 405));
  app.get('/admin/v1/whoami', (context) => context.text('you'));
  const lines: object[] = [];
  let elapsedMs = 0;
  const fetch = observeAdmin(app, {
    log: { logRequest: (line) => lines.push(line), logFault: () => {} },
    clientAddressOf: () => '192.0.2.1',
    elapsedMs: () => (elapsedMs += 1.5),
  });
  return { fetch, lines };
}

test('a request has one line, with the route and never the path, and with the id that was made here', async () => {
  const { fetch, lines } = observed();
  const headers = { 'x-request-id': 'chosen', traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
  const response = await fetch(new Request(`${BASE}/clusters/canary?cursor=canary`, { headers }));
  expect(await response.text()).toBe('cluster');
  expect(lines).toEqual([
    {
      requestId: 'made-here',
      traceId: TRACE,
      client: '192.0.2.1',
      method: 'GET',
      route: '/admin/v1/clusters/:name',
      status: 200,
      reason: null,
      durationMs: 1.5,
    },
  ]);
});

test('A50: what matches no route is one route, however it is spelled', async () => {
  const { fetch, lines } = observed();
  for (const path of ['/canary', '/clusters/a/canary', '/clusters', '/whoami/', '/%63lusters/a', '/']) {
    await fetch(new Request(`${BASE}${path}`));
  }
  await fetch(new Request(`${BASE}/whoami`, { method: 'DELETE' }));
  expect(lines.map((line) => (line as { route: string }).route)).toEqual([
    ...Array.from({ length: 6 }, () => '*'),
    '/admin/v1/whoami',
  ]);
});
