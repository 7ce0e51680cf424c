import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority } from '@symbolon/testkit';
import { afterEach, expect, test } from 'vitest';
import { HttpError, type HttpRequest, sendHttp } from './send-http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server, scheme: 'http' | 'https' = 'http'): Promise<URL> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

async function startHttps(answer: RequestListener) {
  const authority = await createCertificateAuthority();
  const { certPem, keyPem } = await authority.issueServerCertificate();
  const url = await listen(createHttpsServer({ cert: certPem, key: keyPem }, answer), 'https');
  return { url, caPem: authority.certPem };
}

function request(url: URL, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, headers: {}, body: null, caPem: null, timeoutMs: 5_000, ...more };
}

async function failure(sent: Promise<unknown>): Promise<string> {
  const error = await sent.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HttpError)) throw new Error('expected no answer');
  return error.code;
}

test('a server of the CA that was named is believed, and no other', async () => {
  const { url, caPem } = await startHttps((_, response) => response.end('hello'));
  const { certPem: otherCa } = await createCertificateAuthority('Other CA');
  expect(await sendHttp(request(url, { caPem }))).toMatchObject({ status: 200, body: 'hello' });
  for (const wrong of [null, otherCa]) {
    expect(await failure(sendHttp(request(url, { caPem: wrong })))).toMatch(/CERT|SIGNATURE/);
  }
});

test('a redirect is an answer: nothing, least of all a token, is sent to where it points', async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = await listen(
    createHttpServer((_, response) => response.end(String(seen.push('elsewhere')))),
  );
  const url = await listen(
    createHttpServer((incoming, response) => {
      seen.push(incoming.headers.authorization);
      response.writeHead(307, { Location: elsewhere.href }).end();
    }),
  );
  const answer = await sendHttp(request(url, { headers: { Authorization: 'Bearer token' } }));
  expect([answer.status, seen]).toEqual([307, ['Bearer token']]);
});

test('a body is sent whole, and headers of the answer come in lower case', async () => {
  const url = await listen(
    createHttpServer((incoming, response) => {
      response.setHeader('ETag', '"1-a"').write(`${incoming.method} `);
      incoming.pipe(response);
    }),
  );
  const answer = await sendHttp(request(url, { method: 'PUT', body: '{"name":"Zoë"}' }));
  expect(answer).toMatchObject({ body: 'PUT {"name":"Zoë"}', headers: { etag: '"1-a"' } });
});

test('nobody waits for ever: not for a connection that is refused, an answer that does not come, or one without end', async () => {
  const silent = await listen(createHttpServer(() => {}));
  expect(await failure(sendHttp(request(silent, { timeoutMs: 50 })))).toBe('TIMED_OUT');
  const endless = await listen(
    createHttpServer((_, response) => {
      const more = Buffer.alloc(8 * 1024 * 1024);
      const write = (error?: Error | null) => {
        if (!error) response.write(more, write);
      };
      write();
    }),
  );
  expect(await failure(sendHttp(request(endless)))).toBe('TOO_LARGE');
  const closed = await listen(createHttpServer());
  servers.pop()?.close();
  expect(await failure(sendHttp(request(closed)))).toBe('ECONNREFUSED');
});

test('plain http behind an https URL, and an answer that breaks off, are no answers', async () => {
  const url = await listen(createHttpServer((_, response) => response.end('hello')));
  expect(await failure(sendHttp(request(new URL(`https://${url.host}/`))))).toMatch(/EPROTO|SSL/);
  const broken = await listen(
    createHttpServer((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half', () => response.destroy());
    }),
  );
  expect(await failure(sendHttp(request(broken)))).toBe('ECONNRESET');
});
