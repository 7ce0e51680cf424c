import { describe, expect, test } from 'vitest';
import { createTestGateway, formBody, goodForm, ISSUER } from './test-support.ts';

describe('A46: paths have one spelling', () => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody(goodForm),
  };

  test.each([
    ['an escape', '/%74oken', '/%74oken'],
    ['an escape that is resolved before routing', '/%74oken', '/token'],
    ['dots that a URL parser resolves', '/x/../token', '/token'],
    ['escaped dots', '/x/%2e%2e/token', '/token'],
    ['a backslash', '\\token', '/token'],
    ['an absolute target', `${ISSUER}/token`, '/token'],
    ['an absolute target of another host', 'http://elsewhere/token', '/token'],
  ])('%s on the wire is 404, though what it resolves to is a path', async (_, sent, resolved) => {
    const { app, exchanged, requestLines } = createTestGateway();
    const response = await app.request(`${ISSUER}${resolved}`, init, { incoming: { url: sent } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found', reason: 'not_found' });
    expect(exchanged).toEqual([]);
    expect(requestLines).toMatchObject([{ route: '*', reason: 'not_found', status: 404 }]);
  });

  test('a path that is sent as it is routed is served, and its query is judged by its own check', async () => {
    const { app } = createTestGateway();
    const send = (target: string, sendInit: RequestInit) =>
      app.request(`${ISSUER}${target}`, sendInit, { incoming: { url: target } });
    expect((await send('/token', init)).status).toBe(200);
    expect(await (await send('/token?a=b', init)).json()).toMatchObject({
      reason: 'query_parameters_not_allowed',
    });
    expect((await send('/livez?verbose', {})).status).toBe(200);
    expect((await send('/errors/token_expired', {})).status).toBe(200);
  });
});
