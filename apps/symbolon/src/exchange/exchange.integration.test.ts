import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenIssuer } from '@symbolon/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestBroker, type TestBroker } from '../open-test-broker.test-support.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const AUDIENCE = 'vault.example';
const cluster = createTokenIssuer({ alg: 'ES256' });

let broker: TestBroker;
let server: Server;
let issuer: string;
let folder: string;
/** What the server answers before the broker is asked; null: nothing. */
let answerFirst: (() => Response) | null = null;

/** The composed broker on a real socket. The port first, for the issuer is the address. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-exchange-'));
  server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  broker = await openTestBroker({ SYMBOLON_ISSUER: issuer });
  await broker.put('clusters/east', {
    issuers: [cluster.issuer],
    validation: { mode: 'offline', jwks: { source: 'inline', keys: cluster.jwks().keys } },
  });
  await broker.put('identity-systems/myidsystem', { identityDomain: 'east' });
  await broker.put('identity-systems/myidsystem/targets/vault', { audiences: [AUDIENCE] });
  await broker.put('identity-systems/myidsystem/rules/all', {
    effect: 'allow',
    match: { clusters: ['*'], namespaces: ['*'], serviceAccounts: ['*'] },
    targets: ['*'],
  });
  writeToken();
});
afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await broker?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.concat((await incoming.toArray()) as Buffer[]);
  const { method = 'GET', url = '/', headers } = incoming;
  const request = new Request(`${issuer}${url}`, {
    method,
    headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(method === 'POST' && { body }),
  });
  const early = method === 'POST' ? answerFirst?.() : undefined;
  const response = early ?? (await broker.gateway(request));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

function writeToken(): void {
  const token = cluster.issueToken({ namespace: 'payments', serviceAccount: 'api', audiences: [issuer] });
  writeFileSync(join(folder, 'token'), token);
}

function start(...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    [MAIN, 'exchange', '--issuer', issuer, '--token-file', 'token', '--audience', AUDIENCE, ...args],
    { cwd: folder, env: { PATH: process.env.PATH ?? '' } },
  );
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...written }));
  return { child, written, ended };
}

test('gets a credential of the broker, over real sockets', async () => {
  const { code, stdout, stderr } = await start().ended;
  expect([code, stderr]).toEqual([0, '']);
  expect(decodeJwt(stdout.trim())).toMatchObject({
    iss: issuer,
    sub: 'myidsystem.payments.api',
    aud: AUDIENCE,
  });
});

test('a refusal of the broker is told with its reason and where to read on', async () => {
  const { code, stdout, stderr } = await start('--audience', 'nobody.example').ended;
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`${issuer}/errors/`);
  expect(stderr).toContain('request id: ');
});

test('--watch puts it into the file and ends in order at SIGTERM, with the credential left', async () => {
  const { child, written, ended } = start('--out', 'kept', '--watch');
  await expect.poll(() => written.stderr, { timeout: 20_000 }).toContain('renewed:');
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain('stopped');
  expect(stderr).not.toContain('eyJ');
  expect(decodeJwt(readFileSync(join(folder, 'kept'), 'utf8'))).toMatchObject({ iss: issuer });
});

test('--watch waits as Retry-After says, and then gets it', async () => {
  let asked = 0;
  answerFirst = () => {
    asked += 1;
    answerFirst = null;
    return Response.json(
      { error: 'temporarily_unavailable' },
      { status: 503, headers: { 'retry-after': '1' } },
    );
  };
  const { child, written, ended } = start('--out', 'late', '--watch');
  await expect.poll(() => written.stderr, { timeout: 20_000 }).toContain('renewed:');
  expect(asked).toBe(1);
  expect(written.stderr.split('\n')[0]).toContain('failed: the broker cannot issue now');
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
});

test('--watch goes on when nobody reads what it says any more', async () => {
  let left = 3;
  answerFirst = () => {
    left -= 1;
    if (left === 0) answerFirst = null;
    return Response.json(
      { error: 'temporarily_unavailable' },
      { status: 503, headers: { 'retry-after': '1' } },
    );
  };
  const { child, written, ended } = start('--out', 'unheard', '--watch');
  await expect.poll(() => written.stderr, { timeout: 20_000 }).toContain('failed:');
  child.stderr.destroy();
  await expect.poll(() => existsSync(join(folder, 'unheard')), { timeout: 20_000 }).toBe(true);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test.runIf(existsSync('/dev/full'))('a credential that a full disk swallowed ends with 1', async () => {
  const full = openSync('/dev/full', 'w');
  try {
    const args = ['--issuer', issuer, '--token-file', 'token', '--audience', AUDIENCE];
    const stdio = ['ignore', full, 'ignore'] as const;
    const child = spawn(process.execPath, [MAIN, 'exchange', ...args], { cwd: folder, stdio: [...stdio] });
    expect(await once(child, 'close')).toEqual([1, null]);
  } finally {
    closeSync(full);
  }
});

test('kill -9 in the middle of writing leaves the old credential or the new one, never half of one', async () => {
  const path = join(folder, 'killed');
  const file = join(import.meta.dirname, 'credential-file.ts');
  const program = `
    const { writeCredentialFile } = await import(${JSON.stringify(file)});
    for (let round = 0; ; round += 1) await writeCredentialFile(${JSON.stringify(path)}, String(round % 10).repeat(1_000_000));
  `;
  for (let round = 0; round < 8; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
    const ended = once(child, 'close');
    try {
      await expect.poll(() => existsSync(path), { timeout: 20_000, interval: 5 }).toBe(true);
      for (let read = 0; read < 20; read += 1) expect(isWhole(readFileSync(path, 'utf8'))).toBe(true);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    expect(isWhole(readFileSync(path, 'utf8'))).toBe(true);
    rmSync(path);
  }
});

function isWhole(text: string): boolean {
  return text.length === 1_000_000 && text === text.charAt(0).repeat(text.length);
}
