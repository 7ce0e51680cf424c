import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import {
  type BrokerProcess,
  type CertificateAndKey,
  createCertificateAuthority,
  createHttpsClient,
  MAIN,
  startBroker,
} from '@symbolon/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

const authority = await createCertificateAuthority();
const ca = authority.certPem;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-serve-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a pair in place as a volume of Kubernetes does: one link is swapped, and both files are others. */
function mount(name: string, { certPem, keyPem }: CertificateAndKey): void {
  const version = join(folder, `..${name}`);
  mkdirSync(version);
  writeFileSync(join(version, 'tls.crt'), certPem);
  writeFileSync(join(version, 'tls.key'), keyPem);
  symlinkSync(`..${name}`, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

function startWithTls(): Promise<BrokerProcess> {
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(folder, file));
  return startBroker({
    deployment: 'embedded',
    cwd: folder,
    env: {
      SYMBOLON_TLS_CERT_FILE: join(folder, 'tls.crt'),
      SYMBOLON_TLS_KEY_FILE: join(folder, 'tls.key'),
      SYMBOLON_METRICS_LISTEN: '127.0.0.1:0',
    },
  });
}

/** The serial number of the certificate that a new connection is shown. */
async function serialAt(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), ca });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test('both doors speak TLS, the commands trust them by --ca-file, and a renewed pair is served without a restart', async () => {
  mount('one', await authority.issueServerCertificate());
  const broker = await startWithTls();
  expect(broker.issuer).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const client = createHttpsClient({ url: broker.issuer, caPem: ca });
  const discovery = await client.send({ path: '/.well-known/openid-configuration' });
  expect(JSON.parse(discovery.text)).toMatchObject({ issuer: broker.issuer });

  const whoami = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [
        MAIN,
        'whoami',
        '--server',
        broker.admin,
        '--token-file',
        join(broker.dataDir, 'admin-token'),
        ...args,
      ],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH ?? '', HOME: folder } },
    );
  const caFile = join(folder, 'ca.crt');
  writeFileSync(caFile, ca);
  expect(whoami('--ca-file', caFile)).toMatchObject({ status: 0 });
  expect(whoami().status).not.toBe(0);

  const doors = [broker.issuer, broker.admin];
  const before = await Promise.all(doors.map(serialAt));
  mount('two', await authority.issueServerCertificate());
  for (const [at, door] of doors.entries())
    await expect.poll(() => serialAt(door), { timeout: 10_000 }).not.toBe(before[at]);
  expect((await client.send({ path: '/jwks' })).status).toBe(200);

  const [good] = [await serialAt(broker.issuer)];
  const [one, other] = [await authority.issueServerCertificate(), await authority.issueServerCertificate()];
  mount('mismatching', { ...one, keyPem: other.keyPem });
  await expect.poll(broker.log, { timeout: 10_000 }).toContain('the new TLS certificate cannot be served');
  expect(await serialAt(broker.issuer)).toBe(good);
  const ready = broker
    .log()
    .split('\n')
    .find((line) => line.includes('"msg":"ready"'));
  const { metrics } = JSON.parse(ready ?? '{}') as { metrics: string };
  const text = await (await fetch(`${metrics}/metrics`)).text();
  expect(text).toContain('symbolon_tls_reload_failing 1\n');
  expect(text).toMatch(/^symbolon_tls_certificate_expires_in_seconds [1-9]\d{4}(\.\d+)?$/m);
  expect(broker.log()).not.toMatch(/BEGIN|tls\.(crt|key)/);
  client.close();
  expect(await broker.stop()).toBe(0);
});

test('a pair that does not fit stops the start, and both settings are named', async () => {
  const [one, other] = [await authority.issueServerCertificate(), await authority.issueServerCertificate()];
  mount('one', { ...one, keyPem: other.keyPem });
  await expect(startWithTls()).rejects.toThrow(
    /SYMBOLON_TLS_CERT_FILE and SYMBOLON_TLS_KEY_FILE: the key is not that of the certificate/,
  );
});

test('SIGTERM under load over connections that are kept loses no request', async () => {
  mount('one', await authority.issueServerCertificate());
  const broker = await startWithTls();
  const { hostname: host, port } = new URL(broker.issuer);
  let isListening = true;
  let answered = 0;
  const lost: string[] = [];

  /** One request after the other on one connection until the server ends it, then on a new one, as a proxy would. */
  async function load(): Promise<void> {
    const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 });
    while (isListening) {
      const outgoing = request({ host, port, path: '/jwks', agent }).end();
      const isReused = () => outgoing.reusedSocket;
      let isSecured = false;
      outgoing.on('socket', (socket) => {
        if (!isReused()) socket.once('secureConnect', () => (isSecured = true));
      });
      const outcome = await new Promise<NodeJS.ErrnoException | number>((resolve) => {
        outgoing.on('response', (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
          answer.on('error', resolve);
        });
        outgoing.on('error', resolve);
      });
      if (outcome === 200) answered += 1;
      // Nobody listens any more: nothing was sent, and a proxy tries another server.
      else if (typeof outcome === 'object' && outcome.code === 'ECONNREFUSED') isListening = false;
      // So it is where the port was closed between the connection and its handshake: the request is still here.
      else if (typeof outcome === 'object' && !isReused() && !isSecured) isListening = false;
      else
        lost.push(`${isReused() ? 'kept' : 'new'}: ${typeof outcome === 'object' ? outcome.code : outcome}`);
    }
    agent.destroy();
  }

  const loads = Array.from({ length: 20 }, load);
  await expect.poll(() => answered, { timeout: 30_000 }).toBeGreaterThan(100);
  expect(await broker.stop()).toBe(0);
  await Promise.all(loads);
  expect(lost).toEqual([]);
});
