import { describe, expect, test } from 'vitest';
import { createTestGateway, formBody, goodForm, type TestGateway } from '../test-support.ts';
import {
  askDoor,
  connectToDoor,
  LEFT_TO_OTHERS,
  responseOf,
  type WireRequest,
} from './ask-door.test-support.ts';

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

function post({ tokenDoor }: TestGateway, request: Partial<WireRequest> = {}): Promise<Response> {
  return askDoor(tokenDoor, { target: '/token', headers: [FORM], body: formBody(goodForm), ...request });
}
const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

test('an exchange is answered with its length, and with the headers of the token endpoint', async () => {
  const gateway = createTestGateway();
  const response = await post(gateway);
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ access_token: 'header.payload.signature' });
  expect(response.headers.get('content-length')).toBe(String(text.length));
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-request-id')).toBe('request-1');
  expect(gateway.requestLines).toMatchObject([
    { route: '/token', status: 200, client: '192.0.2.1', namespace: 'demo' },
  ]);
});

test.each([
  '/%74oken',
  '/token/',
  '/tokens',
  '/Token',
  '/token.',
  '/token#a',
  '/token;a=b',
  '/token%3Fa=b',
  '/x/../token',
  '//token',
  '/token\\',
  'https://broker.example/token',
  '/',
  '/jwks',
])('A46: leaves the target %s to the application, which knows one spelling of a path', async (target) => {
  const gateway = createTestGateway();
  expect((await post(gateway, { target })).status).toBe(LEFT_TO_OTHERS);
  expect(gateway.exchanged).toEqual([]);
  expect(gateway.requestLines).toEqual([]);
});

test('A46: is at the path of a pathful issuer, and there alone', async () => {
  const gateway = createTestGateway({ issuer: 'https://broker.example/tenants/one' });
  expect((await post(gateway, { target: '/tenants/one/token' })).status).toBe(200);
  expect((await post(gateway)).status).toBe(LEFT_TO_OTHERS);
});

describe('headers that come twice are read as one list, and never by the first alone', () => {
  test('A37: a content type behind the one of a form', async () => {
    const headers = [FORM, ['content-type', 'application/json']] as const;
    expect(await json(await post(createTestGateway(), { headers }))).toMatchObject({
      reason: 'content_type_unsupported',
    });
  });

  test('A37: a coding behind identity', async () => {
    const headers = [FORM, ['Content-Encoding', 'identity'], ['content-encoding', 'gzip']] as const;
    expect(await json(await post(createTestGateway(), { headers }))).toMatchObject({
      reason: 'body_malformed',
    });
  });

  test('a second trace, which makes both none', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const gateway = createTestGateway();
    await post(gateway, { headers: [FORM, ['traceparent', traceparent]] });
    await post(gateway, { headers: [FORM, ['traceparent', traceparent], ['Traceparent', traceparent]] });
    expect(gateway.exchanged.map(({ traceId }) => traceId)).toEqual([
      '0af7651916cd43dd8448eb211c80319c',
      null,
    ]);
  });
});

test.each(['authorization', 'AUTHORIZATION', 'DPoP'])(
  'A37: the header %s is seen however it is written',
  async (name) => {
    const gateway = createTestGateway();
    expect((await post(gateway, { headers: [FORM, [name, 'canary']] })).status).toBeGreaterThanOrEqual(400);
    expect(gateway.exchanged).toEqual([]);
  },
);

describe('the body', () => {
  const chunked = (parts: readonly string[]) =>
    parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
  const head = `POST /token HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${FORM.join(': ')}\r\n`;
  const padded = (bytes: number) => {
    const form = `${formBody(goodForm)}&padding=`;
    return form + 'x'.repeat(bytes - form.length);
  };

  test.each([
    ['one piece', (body: string) => [body]],
    ['many', (body: string) => body.match(/.{1,1000}/g) ?? []],
  ])('A37: 65,536 bytes are read, one more is 413, in %s, without a length', async (_, cut) => {
    const gateway = createTestGateway();
    for (const [bytes, status] of [
      [65_536, 200],
      [65_537, 413],
    ] as const) {
      const { client, answered } = connectToDoor(gateway.tokenDoor);
      client.write(`${head}Transfer-Encoding: chunked\r\n\r\n${chunked(cut(padded(bytes)))}0\r\n\r\n`);
      expect(responseOf(await answered).status).toBe(status);
    }
    expect(gateway.counted).toEqual(['body_too_large']);
  });

  test('A37: a length that is declared too large is refused before a byte is read', async () => {
    const gateway = createTestGateway();
    const { client, answered } = connectToDoor(gateway.tokenDoor);
    client.write(`${head}Content-Length: 65537\r\n\r\n`);
    expect(responseOf(await answered).status).toBe(413);
  });

  test('that breaks off is the caller\u2019s trouble, and no fault', async () => {
    const gateway = createTestGateway();
    const { client } = connectToDoor(gateway.tokenDoor);
    client.write(`${head}Content-Length: 1000\r\n\r\nsubject_token=`);
    await new Promise((resolve) => setImmediate(resolve));
    client.destroy();
    await expect.poll(() => gateway.requestLines).toMatchObject([{ reason: 'body_malformed' }]);
    expect(gateway.faultLines).toEqual([]);
    expect(gateway.exchanged).toEqual([]);
  });
});

test('S1: HEAD is told in headers alone which method is taken', async () => {
  const response = await post(createTestGateway(), { method: 'HEAD', body: '' });
  expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', '']);
});

test('a log that fails ends in an answer that tells nothing of it', async () => {
  const logRequest = () => {
    throw new Error('canary of a driver');
  };
  const response = await post(createTestGateway({ log: { logRequest, logFault: () => {} } }));
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('canary');
});
