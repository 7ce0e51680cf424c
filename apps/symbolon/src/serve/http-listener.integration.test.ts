import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectionLimit, openFilesLimit } from './connection-limit.ts';
import { createHttpListener, type HttpListener } from './http-listener.ts';

const listeners: HttpListener[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(listeners.splice(0).map((listener) => listener.drain(0)));
});

async function listening(maxConnections = 10): Promise<HttpListener> {
  const listener = await createHttpListener({ host: '127.0.0.1', port: 0 }, maxConnections);
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
  return { socket, answer: once(socket, 'close').then(() => received) };
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
  expect(connectionLimit(256)).toBe(64);
  expect(connectionLimit(1_024)).toBe(448);
  expect(connectionLimit(1_000_000)).toBe(8_192);
  expect(connectionLimit(10)).toBe(1);
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
