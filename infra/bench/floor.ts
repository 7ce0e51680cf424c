// The floor: the least that any Node server can do for an exchange. It reads the form, looks one thing up, signs one
// token of the usual size with ES256 and answers in the broker's shape. It proves nothing, decides nothing, and keeps
// no log, no metrics and no record. Only built-ins, so that nothing but Node itself is measured.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
const kid = 'k2Vv0hXxQ1mN4wq7sT9yB3cD5eF8gH6jL0pR2uW4zA1';
const jwks = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid }],
});
const head = `${Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid })).toString('base64url')}.`;
const systems = new Map(
  Array.from({ length: 100 }, (_, index) => [`https://system-${index}.bench.example`, `system-${index}`]),
);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') return void response.end(jwks);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const audience = form.get('audience') ?? '';
    const system = systems.get(audience);
    if (system === undefined || !form.has('subject_token')) return void response.writeHead(400).end();
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'http://127.0.0.1:8080',
      sub: `${system}.team-42.app`,
      aud: audience,
      client_id: `${system}.team-42.app`,
      iat: now,
      nbf: now,
      exp: now + 600,
      jti: randomUUID(),
      identity_system: system,
      cluster: 'bench',
      'kubernetes.io': { namespace: 'team-42', serviceAccount: { name: 'app', uid: kid.slice(0, 36) } },
    };
    const input = head + Buffer.from(JSON.stringify(claims)).toString('base64url');
    const token = `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
    const type = 'urn:ietf:params:oauth:token-type:access_token';
    const body = { access_token: token, issued_token_type: type, token_type: 'Bearer', expires_in: 600 };
    const json = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(json) }).end(json);
  });
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ msg: 'ready', issuer: `http://127.0.0.1:${port}` })}\n`);
});
