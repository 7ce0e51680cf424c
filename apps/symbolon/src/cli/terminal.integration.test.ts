import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { ensureCommand } from '@symbolon/testkit';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createTestDeployment, MANIFESTS } from './test-deployment.test-support.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

/**
 * Runs a program at a pseudo-terminal, types a line at its question and reads until it ends by itself. One that does
 * not is killed, and ends with -9.
 */
const AT_A_TERMINAL = `
import os, pty, select, signal, sys, time
answer, program = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(program[0], program)
shown, asked, deadline = b"", False, time.monotonic() + 30
while True:
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        os.kill(pid, signal.SIGKILL)
        break
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    shown += read
    if not asked and b"[y/N] " in shown:
        asked, deadline = True, time.monotonic() + 10
        os.write(terminal, answer.encode())
sys.stdout.write(shown.decode())
sys.stdout.flush()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stderr.write(str(status))
`;

beforeAll(() => ensureCommand('python3', (line) => process.stderr.write(`${line}\n`)));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function start() {
  const deployment = createTestDeployment();
  const answer = getRequestListener(deployment.app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  deployment.write('all.yaml', MANIFESTS);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'));
  const env = {
    ...Object.fromEntries(inherited),
    SYMBOLON_SERVER: url,
    XDG_CONFIG_HOME: deployment.folder,
    NO_COLOR: '1',
  };

  /** Types `typed` at the question of a command. */
  async function type(
    typed: string,
    ...args: readonly string[]
  ): Promise<{ exitCode: number; shown: string }> {
    return new Promise((resolve, reject) => {
      const program = [process.execPath, MAIN, ...args];
      const options = { cwd: deployment.folder, env };
      execFile('python3', ['-c', AT_A_TERMINAL, typed, ...program], options, (error, stdout, stderr) => {
        if (error === null) resolve({ exitCode: Number(stderr), shown: stdout.replaceAll('\r\n', '\n') });
        else reject(error);
      });
    });
  }

  return { ...deployment, type };
}

/** Ctrl-D on an empty line: the input ends without an answer. */
const END_OF_INPUT = '\u0004';

test('a command that asked at a terminal ends by itself after the answer y, its work done', async () => {
  const { type, call } = await start();
  const applied = await type('y\n', 'apply', '-f', 'all.yaml');
  expect(applied).toMatchObject({
    exitCode: 0,
    shown: expect.stringContaining('created MappingRule myidsystem/web-tier'),
  });
  const revoked = await type('y\n', 'revoke', '--cluster', 'prod', '--name', 'leak', '--reason', 'leaked');
  expect(revoked).toMatchObject({ exitCode: 0, shown: expect.stringContaining('revoked leak') });
  const deleted = await type('yes\n', 'delete', 'rule', 'web-tier', '--system', 'myidsystem');
  expect(deleted).toMatchObject({ exitCode: 0, shown: expect.stringContaining('deleted MappingRule') });
  expect((await call('GET', '/identity-systems/myidsystem/rules/web-tier')).status).toBe(404);
  expect((await call('GET', '/revocations/leak')).status).toBe(200);
});

test.each([
  ['n', 'n\n'],
  ['an empty line', '\n'],
  ['the end of the input', END_OF_INPUT],
])('a command that asked at a terminal ends by itself after %s, and nothing is done', async (_, typed) => {
  const { type, call } = await start();
  expect(await type(typed, 'apply', '-f', 'all.yaml')).toMatchObject({
    exitCode: 1,
    shown: expect.stringContaining('nothing was done'),
  });
  expect((await call('GET', '/clusters/prod')).status).toBe(404);
});
