import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCertificateAuthority } from '@symbolon/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionLimit, openFilesLimit } from './connection-limit.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { createHttpListener, type Door, type HttpListener } from './http-listener.ts';
import { judgeTlsPair, type TlsPair } from './tls-pair.ts';

const authority = await createCertificateAuthority();
const ca = authority.certPem;

async function certificate(): Promise<TlsPair> {
  const { certPem, keyPem } = await authority.issueServerCertificate();
  const judged = judgeTlsPair(certPem, keyPem);
  if (judged.kind === 'unfit') throw new Error(judged.trouble);
  return judged.pair;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const pair = await certificate();
const listeners: HttpListener[] = [];
const sockets: Socket[] = [];
const agents: PlainAgent[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const agent of agents.splice(0)) agent.destroy();
  await Promise.all(listeners.splice(0).map((listener) => listener.drain(0)));
});

describe.each(['http', 'https'] as const)('over %s', (scheme) => {
  async function listening(maxConnections = 10, limits: Partial<HttpLimits> = {}): Promise<HttpListener> {
    const address = { host: '127.0.0.1', port: 0 };
    const listener = await createHttpListener(address, maxConnections, {
      limits: { ...HTTP_LIMITS, ...limits },
      tls: scheme === 'https' ? pair : null,
    });
    listeners.push(listener);
    return listener;
  }

  /** A request of a client of its own. */
  async function get({ address: { port } }: HttpListener, headers: Record<string, string> = {}) {
    const target = { host: '127.0.0.1', port, headers };
    const agent =
      scheme === 'https' ? new TlsAgent({ ca, keepAlive: true }) : new PlainAgent({ keepAlive: true });
    agents.push(agent);
    const outgoing =
      scheme === 'https' ? tlsRequest({ ...target, agent }) : plainRequest({ ...target, agent });
    const [response] = (await once(outgoing.end(), 'response')) as [IncomingMessage];
    const text = (await response.setEncoding('utf8').toArray()).join('');
    return { status: response.statusCode, text, connection: response.headers.connection };
  }

  /** A connection on which `text` was written; `answer` is all that came back until it ended. */
  function send(
    { address: { port } }: HttpListener,
    text: string,
  ): { socket: Socket; answer: Promise<string> } {
    const socket =
      scheme === 'https' ? tlsConnect({ port, host: '127.0.0.1', ca }) : connect(port, '127.0.0.1');
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
    const early = get(listener);
    listener.serve(() => new Response('served'));
    expect((await early).text).toBe('served');
  });

  test('headers of 17 KiB are refused before anybody reads them', async () => {
    const listener = await listening();
    listener.serve(() => new Response('served'));
    const headers = { 'x-large': 'x'.repeat(17 * 1024) };
    expect((await get(listener, headers)).status).toBe(431);
  });

  test('idle connections cannot take more than their share: the next one is closed, and one that is freed is taken', async () => {
    const listener = await listening(2);
    listener.serve(() => new Response('served'));
    const [first] = [send(listener, 'GET'), send(listener, 'GET')];
    await expect
      .poll(async () =>
        get(listener).then(
          () => 'served',
          () => 'closed',
        ),
      )
      .toBe('closed');
    first?.socket.destroy();
    await expect
      .poll(async () =>
        get(listener).then(
          () => 'served',
          () => 'closed',
        ),
      )
      .toBe('served');
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
    expect((await get(listener)).connection).toBe('keep-alive');
    listener.endConnections();
    expect((await get(listener)).connection).toBe('close');
  });

  test('an answer that has ended is let go, also on a connection that stays', async () => {
    const listener = await listening();
    const answers: WeakRef<ServerResponse>[] = [];
    listener.serve(
      () => new Response('by the handler'),
      (_, response) => {
        answers.push(new WeakRef(response));
        return Promise.resolve(void response.end('by the door'));
      },
    );
    await get(listener);
    expect(listener.connections().open).toBe(1);
    await expect
      .poll(() => {
        collectGarbage();
        return answers.map((answer) => answer.deref());
      })
      .toEqual([undefined]);
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

  test('an answer that is being made when the server begins to stop ends its connection as well', async () => {
    const listener = await listening();
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    listener.serve(async () => {
      begun.resolve();
      await finish.promise;
      return new Response('served');
    });
    const answer = get(listener);
    await begun.promise;
    listener.endConnections();
    finish.resolve();
    expect(await answer).toMatchObject({ text: 'served', connection: 'close' });
  });

  describe('a door before the handler', () => {
    async function withDoor(limits: Partial<HttpLimits> = {}) {
      const listener = await listening(10, limits);
      const asked: (string | undefined)[] = [];
      const door: Door = (request, response) => {
        asked.push(request.url);
        if (request.url !== '/door') return null;
        return Promise.resolve().then(
          () => void response.writeHead(200, { 'x-by': 'door' }).end('by the door'),
        );
      };
      listener.serve(() => new Response('by the handler'), door);
      return { listener, asked };
    }
    const ask = (target: string, more = '') =>
      `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}Connection: close\r\n\r\n`;

    test('answers what is its own, and leaves the rest', async () => {
      const { listener } = await withDoor();
      expect(await send(listener, ask('/door')).answer).toContain('by the door');
      expect(await send(listener, ask('/other')).answer).toContain('by the handler');
    });

    test('A46: is never asked about a request with two hosts or too many headers', async () => {
      const { listener, asked } = await withDoor();
      expect(await send(listener, ask('/door', 'hOST: b\r\n')).answer).toMatch(/^HTTP\/1\.1 400 /);
      const many = 'x: y\r\n'.repeat(100);
      expect(await send(listener, ask('/door', many)).answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(asked).toEqual([]);
    });

    test.each(['', 'a b', 'a/b', 'user@a', '1.2.3.4.5'])(
      'A46: neither it nor the handler is asked about a request to the host %j, which is no host',
      async (host) => {
        const { listener, asked } = await withDoor();
        for (const target of ['/door', '/other']) {
          const answer = await send(listener, ask(target).replace('Host: a', `Host: ${host}`)).answer;
          expect(answer).toMatch(/^HTTP\/1\.1 400 /);
          expect(answer).not.toContain('by the');
        }
        expect(asked).toEqual([]);
      },
    );

    test('ends the connection with its answer once the server is stopping, or the connection had its share', async () => {
      const { listener } = await withDoor({ maxRequestsPerSocket: 2 });
      const twice = 'GET /door HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3);
      const answers = await send(listener, twice).answer;
      expect(answers.match(/by the door/g)).toHaveLength(2);
      expect(answers.match(/connection: close/gi)).toHaveLength(1);
      listener.endConnections();
      expect(await send(listener, 'GET /door HTTP/1.1\r\nHost: a\r\n\r\n').answer).toMatch(
        /connection: close/i,
      );
    });

    test('that answered a body that it did not read does not have it read on without end', async () => {
      const { listener } = await withDoor();
      const head = 'POST /door HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
      const { socket, answer } = send(listener, head);
      const trickle = setInterval(() => socket.write('1\r\nx\r\n'), 50);
      try {
        expect(await answer).toContain('by the door');
      } finally {
        clearInterval(trickle);
      }
    });
  });

  test('a server that drains waits for what is in flight, and no longer than is said', async () => {
    const listener = await listening();
    const begun = Promise.withResolvers<void>();
    listener.serve(() => {
      begun.resolve();
      return new Promise(() => {});
    });
    const hanging = send(listener, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await begun.promise;
    await listener.drain(100);
    expect(await hanging.answer).toBe('');
  });
});

describe('TLS', () => {
  async function listening(limits: Partial<HttpLimits> = {}, tls = pair): Promise<HttpListener> {
    const address = { host: '127.0.0.1', port: 0 };
    const listener = await createHttpListener(address, 10, { limits: { ...HTTP_LIMITS, ...limits }, tls });
    listeners.push(listener);
    listener.serve(() => new Response('served'));
    return listener;
  }

  function connection({ address: { port } }: HttpListener, options: object = {}) {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca, ...options });
    sockets.push(socket);
    return socket;
  }

  test('a peer that never finishes its handshake is waited for as long as for headers, and no longer', async () => {
    const listener = await listening({ headersTimeoutMs: 200 });
    const socket = connect(listener.address.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    await expect.poll(() => listener.connections().open).toBe(1);
    await expect.poll(() => listener.connections().open, { timeout: 5_000 }).toBe(0);
  });

  test('a handshake that is not finished does not hold a server that drains', async () => {
    const listener = await listening();
    const socket = connect(listener.address.port, '127.0.0.1');
    sockets.push(socket);
    await expect.poll(() => listener.connections().open).toBe(1);
    const tooLate = new Promise((resolve) => setTimeout(resolve, 5_000, 'held').unref());
    expect(await Promise.race([listener.drain(50), tooLate])).toBeUndefined();
  });

  test('A23: no version before 1.2 is spoken, and no plain http: nothing of it is served', async () => {
    const listener = await listening();
    const old = connection(listener, {
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    });
    const [refusal] = (await once(old, 'error')) as [NodeJS.ErrnoException];
    expect(refusal.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    const spoken = connection(listener, { maxVersion: 'TLSv1.2' });
    await once(spoken, 'secureConnect');
    expect(spoken.getProtocol()).toBe('TLSv1.2');

    const plain = connect(listener.address.port, '127.0.0.1');
    sockets.push(plain);
    plain.on('error', () => {});
    let received = '';
    plain.on('data', (chunk) => {
      received += chunk;
    });
    plain.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => plain.on('close', resolve));
    expect(received).not.toContain('served');
  });

  test('a renewed certificate is shown to the next connection, and no connection that is open is dropped', async () => {
    const listener = await listening();
    const before = connection(listener);
    await once(before, 'secureConnect');
    const renewed = await certificate();
    listener.renewCertificate(renewed);
    const after = connection(listener);
    await once(after, 'secureConnect');
    const serials = [before, after].map((socket) => socket.getPeerCertificate().serialNumber);
    expect(serials).toEqual([pair, renewed].map(({ cert }) => new X509Certificate(cert).serialNumber));
    const answer = once(before, 'data');
    before.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a renewed certificate brings no older version with it', async () => {
    const listener = await listening();
    listener.renewCertificate(await certificate());
    const old = connection(listener, {
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    });
    expect(await once(old, 'error')).toHaveLength(1);
  });
});

test('what databases and fetches need of the descriptors is not given to connections', () => {
  expect(connectionLimit(256, 2)).toBe(64);
  expect(connectionLimit(1_024, 2)).toBe(448);
  expect(connectionLimit(1_024, 3)).toBe(298);
  expect(connectionLimit(1_000_000, 3)).toBe(8_192);
  expect(connectionLimit(10, 2)).toBe(1);
  expect(openFilesLimit()).toBeGreaterThan(0);
});

test('the limits as shipped are bounds: none is left open, and times are looked at often enough', () => {
  for (const limit of Object.values(HTTP_LIMITS)) expect(limit).toSatisfy((one) => one > 0 && one < 100_000);
  expect(HTTP_LIMITS.maxHeaderBytes).toBeLessThanOrEqual(16_384);
  expect(HTTP_LIMITS.headersTimeoutMs).toBeLessThan(HTTP_LIMITS.requestTimeoutMs);
  expect(HTTP_LIMITS.requestTimeoutMs).toBeLessThanOrEqual(30_000);
  expect(HTTP_LIMITS.checkingIntervalMs).toBeLessThanOrEqual(5_000);
  expect(HTTP_LIMITS.keepAliveTimeoutMs).toBeGreaterThan(60_000);
});
