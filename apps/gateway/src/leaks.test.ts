import { UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import {
  createTestGateway,
  formBody,
  goodForm,
  ISSUER,
  postToken,
  type TestGateway,
} from './test-support.ts';

/**
 * What must come back to nobody: the caller's own words and tokens, the texts of drivers, stacks and paths. Every
 * error path is walked with a canary in whatever it reads.
 */
const canary = 'canary7f3a';
const driverText = `insert into audit_events values ($1) params: ${canary} at /srv/${canary}/driver.js:10:3`;

function failing(thrown: unknown): TestGateway {
  const fail = () => {
    throw thrown;
  };
  return createTestGateway({ exchangeToken: fail, publishedKeys: fail, algorithms: fail, readiness: fail });
}

type Send = (gateway: TestGateway) => Response | Promise<Response>;
const post = (parameters: Record<string, string | string[] | undefined>): Send => {
  return ({ app }) => postToken(app, { body: formBody({ ...goodForm, ...parameters }) });
};

const refusals: Record<string, Send> = {
  method: ({ app }) => app.request(`${ISSUER}/token?${canary}`, { method: 'DELETE' }),
  query: ({ app }) => postToken(app, { url: `${ISSUER}/token?subject_token=${canary}` }),
  'content type': ({ app }) => postToken(app, { headers: { 'content-type': `text/${canary}` } }),
  'content coding': ({ app }) => postToken(app, { headers: { 'content-encoding': canary } }),
  size: ({ app }) => postToken(app, { body: canary.repeat(7_000) }),
  encoding: ({ app }) => postToken(app, { body: `subject_token=${canary}%ff` }),
  repetition: post({ subject_token: [canary, canary] }),
  'client parameter': post({ client_secret: canary }),
  authorization: ({ app }) => postToken(app, { headers: { authorization: `Basic ${canary}` } }),
  'grant type': post({ grant_type: canary }),
  dpop: ({ app }) => postToken(app, { headers: { dpop: canary } }),
  'subject token type': post({ subject_token: canary, subject_token_type: canary }),
  'actor token': post({ actor_token: canary }),
  actor: post({ actor_token: canary, actor_token_type: canary }),
  'requested type': post({ requested_token_type: canary }),
  scope: post({ scope: `${canary}  ${canary}` }),
  audience: post({ audience: `${canary}\0` }),
  resource: post({ resource: `/${canary}` }),
  'unknown path': ({ app }) => app.request(`${ISSUER}/${canary}?${canary}`),
  'disguised path': ({ app }) =>
    app.request(`${ISSUER}/livez`, {}, { incoming: { url: `/${canary}/../livez?${canary}` } }),
  'unknown reason': ({ app }) => app.request(`${ISSUER}/errors/${canary}`),
  'method of a page': ({ app }) => app.request(`${ISSUER}/errors/${canary}`, { method: 'POST' }),
};

test.each(Object.entries(refusals))('a refused %s shows nothing of what the caller sent', async (_, send) => {
  const gateway = createTestGateway();
  const response = await send(gateway);
  expect(response.status).toBeGreaterThanOrEqual(400);
  await expectNoLeak(gateway, response);
});

const thrown: Record<string, unknown> = {
  'a driver error': Object.assign(new Error(driverText), { code: canary.repeat(6), detail: driverText }),
  'an unavailable dependency': new UnavailableError('storage_unavailable', 'storage does not answer', {
    cause: new Error(driverText),
  }),
  'an error named after its input': new (class extends Error {
    override readonly name = driverText;
  })(driverText),
  text: driverText,
};
const paths = [
  '/jwks',
  '/readyz',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

test.each(Object.entries(thrown))('%s shows nowhere, whichever endpoint it strikes', async (_, error) => {
  const gateway = failing(error);
  const sends = [
    () => postToken(gateway.app, { body: formBody({ ...goodForm, subject_token: canary }) }),
    ...paths.map((path) => () => gateway.app.request(`${ISSUER}${path}`)),
  ];
  for (const send of sends) {
    const response = await send();
    expect(response.status).toBe(503);
    await expectNoLeak(gateway, response);
  }
});

test('a log that fails ends in an answer that tells nothing of it', async () => {
  const logRequest = () => {
    throw new Error(driverText);
  };
  const gateway = createTestGateway({ log: { logRequest, logFault: () => {} } });
  const response = await postToken(gateway.app);
  expect(response.status).toBe(503);
  await expectNoLeak(gateway, response);
});

async function expectNoLeak(gateway: TestGateway, response: Response): Promise<void> {
  const headers = JSON.stringify([...response.headers]);
  const logged = JSON.stringify([gateway.requestLines, gateway.faultLines, gateway.counted]);
  const everything = `${headers}\n${await response.text()}\n${logged}`;
  expect(everything).not.toContain(canary);
  expect(everything).not.toMatch(/insert into|\.js:\d|\.ts:\d|node_modules| {4}at /);
  expect(response.headers.get('cache-control')).toBe('no-store');
}
