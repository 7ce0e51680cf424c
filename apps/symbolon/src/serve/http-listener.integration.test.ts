import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionLimit, openFilesLimit } from './connection-limit.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { createHttpListener, type HttpListener } from './http-listener.ts';

const listeners: HttpListener[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(listeners.splice(0).map((listener) => listener.drain(0)));
});

async function listening(maxConnections = 10, limits: Partial<HttpLimits> = {}): Promise<HttpListener> {
  const address = { host: '127.0.0.1', port: 0 };
  const listener = await createHttpListener(address, maxConnections, { ...HTTP_LIMITS, ...limits });
  listeners.push(listener);
  return listener;
}

function urlOf({ address }: HttpListener): string {
  return `http://127.0.0.1:${address.port}/`;
}

/** A connection on which `text` was written; `answer` is all that came back until it ended. */
function send({ address }: HttpListener, text: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(address.port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  // Not `once`, which takes a connection that is reset for a failure; here it is one of the ways to end it.
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
  return { socket, answer };
}

test('a request that comes before there is anything to serve waits for it', async () => {
  const listener = await listening();
  const early = fetch(urlOf(listener));
  listener.serve(() => new Response('served'));
  expect(await (await early).text()).toBe('served');
});

test('headers of 17 KiB are refused before anybody reads them', async () => {
  const listener = await listening();
  listener.serve(() => new Response('served'));
  const headers = { 'x-large': 'x'.repeat(17 * 1024) };
  expect((await fetch(urlOf(listener), { headers })).status).toBe(431);
});

test('idle connections cannot take more than their share: the next one is closed, and one that is freed is taken', async () => {
  const listener = await listening(2);
  listener.serve(() => new Response('served'));
  const [first] = [send(listener, 'GET'), send(listener, 'GET')];
  await expect
    .poll(async () =>
      fetch(urlOf(listener)).then(
        () => 'served',
        () => 'closed',
      ),
    )
    .toBe('closed');
  first?.socket.destroy();
  await expect
    .poll(async () =>
      fetch(urlOf(listener)).then(
        () => 'served',
        () => 'closed',
      ),
    )
    .toBe('served');
});

test('what databases and fetches need of the descriptors is not given to connections', () => {
  expect(connectionLimit(256, 2)).toBe(64);
  expect(connectionLimit(1_024, 2)).toBe(448);
  expect(connectionLimit(1_024, 3)).toBe(298);
  expect(connectionLimit(1_000_000, 3)).toBe(8_192);
  expect(connectionLimit(10, 2)).toBe(1);
  expect(openFilesLimit()).toBeGreaterThan(0);
});

test.each(['GET', 'POST'])('a body without end is not read on after the answer to %s', async (method) => {
  const listener = await listening();
  listener.serve(() => new Response('served'));
  const { socket, answer } = send(
    listener,
    `${method} / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const trickle = setInterval(() => socket.write('1\r\nx\r\n'), 50);
  try {
    expect(await answer).toContain('served');
  } finally {
    clearInterval(trickle);
  }
});

test('a server that is stopping ends each connection with its answer', async () => {
  const listener = await listening();
  listener.serve(() => new Response('served'));
  const before = await fetch(urlOf(listener));
  expect(before.headers.get('connection')).toBe('keep-alive');
  await before.text();
  listener.endConnections();
  expect((await fetch(urlOf(listener))).headers.get('connection')).toBe('close');
});

describe('headers', () => {
  const headersOf = (count: number) =>
    Array.from({ length: count }, (_, at) => `x-${at}: ${at}\r\n`).join('');
  const request = (headers: string) => `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`;

  test('a hundred are read to the last; one more is refused, not left out without a word', async () => {
    const listener = await listening();
    listener.serve((received) => new Response(`served with ${received.headers.get('x-97')}`));
    expect(await send(listener, request(headersOf(98))).answer).toContain('served with 97');
    const refused = await send(listener, request(headersOf(99))).answer;
    expect(refused).toMatch(/^HTTP\/1\.1 431 /);
    expect(refused).not.toContain('served');
  });

  test('A46: two hosts are refused, for a proxy may have gone by the other one', async () => {
    const listener = await listening();
    listener.serve(() => new Response('served'));
    expect(await send(listener, request('hOST: a\r\n')).answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await send(listener, request('x-host: a\r\n')).answer).toContain('served');
  });

  test('those that come drop by drop are waited for as long as is said, and no longer', async () => {
    const listener = await listening(10, { headersTimeoutMs: 200, checkingIntervalMs: 50 });
    listener.serve(() => new Response('served'));
    const { socket, answer } = send(listener, 'GET / HTTP/1.1\r\nHost: a\r\n');
    const drops = setInterval(() => socket.write('x-drop: 1\r\n'), 20);
    try {
      expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    } finally {
      clearInterval(drops);
    }
  });
});

test('a body that comes drop by drop is waited for as long as is said, and no longer', async () => {
  const listener = await listening(10, {
    headersTimeoutMs: 100,
    requestTimeoutMs: 200,
    checkingIntervalMs: 50,
  });
  listener.serve(async (request) => new Response(await request.text()));
  const { socket, answer } = send(
    listener,
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const drops = setInterval(() => socket.write('1\r\nx\r\n'), 20);
  try {
    await answer;
  } finally {
    clearInterval(drops);
  }
  expect(listener.connections().open).toBe(0);
});

test('an idle connection is kept for the next request, and ended when none comes', async () => {
  const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const shipped = await listening();
  shipped.serve(() => new Response('served'));
  const { socket } = send(shipped, get);
  expect(String(await once(socket, 'data'))).toContain('Keep-Alive: timeout=75');

  const listener = await listening(10, { keepAliveTimeoutMs: 100 });
  listener.serve(() => new Response('served'));
  expect(await send(listener, get).answer).toContain('served');
});

test('a client that does not read its answer is not waited for', async () => {
  const listener = await listening(10, { idleSocketTimeoutMs: 200 });
  listener.serve(() => new Response('x'.repeat(50_000_000)));
  const { socket } = send(listener, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  socket.pause();
  await expect.poll(() => listener.connections().open).toBe(1);
  await expect.poll(() => listener.connections().open, { timeout: 5_000 }).toBe(0);
});

test('a connection ends after as many requests as it may have, and no request beyond them is served', async () => {
  const listener = await listening(10, { maxRequestsPerSocket: 2 });
  let served = 0;
  listener.serve(() => new Response(`served ${++served}`));
  const answers = await send(listener, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(4)).answer;
  expect(answers).toContain('served 2');
  expect(answers).toMatch(/connection: close/i);
  expect(served).toBe(2);
});

test('open and refused connections are counted, each once', async () => {
  const listener = await listening(2);
  listener.serve(() => new Response('served'));
  const [first] = [send(listener, 'GET'), send(listener, 'GET')];
  await expect.poll(() => listener.connections().open).toBe(2);
  await send(listener, 'GET').answer;
  expect(listener.connections()).toEqual({ open: 2, refused: 1 });
  first?.socket.destroy();
  await expect.poll(() => listener.connections().open).toBe(1);
});

test('the limits as shipped are bounds: none is left open, and times are looked at often enough', () => {
  for (const limit of Object.values(HTTP_LIMITS)) expect(limit).toSatisfy((one) => one > 0 && one < 100_000);
  expect(HTTP_LIMITS.maxHeaderBytes).toBeLessThanOrEqual(16_384);
  expect(HTTP_LIMITS.headersTimeoutMs).toBeLessThan(HTTP_LIMITS.requestTimeoutMs);
  expect(HTTP_LIMITS.requestTimeoutMs).toBeLessThanOrEqual(30_000);
  expect(HTTP_LIMITS.checkingIntervalMs).toBeLessThanOrEqual(5_000);
  expect(HTTP_LIMITS.keepAliveTimeoutMs).toBeGreaterThan(60_000);
});
