import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const DEMO = join(import.meta.dirname, 'demo.ts');
const children: ChildProcess[] = [];

/** Asked to end and not killed: it has a broker and servers of its own to stop. */
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGINT');
    await once(child, 'exit');
  }
});

function startDemo(...args: string[]) {
  return follow(process.execPath, DEMO, ...args);
}

function follow(command: string, ...args: string[]) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, exited, output: () => output, errors: () => errors };
}

function randomName(): string {
  return `w${randomBytes(4).toString('hex')}`;
}

test('a random namespace and ServiceAccount come out as the native identity, verified by libraries of others', async () => {
  const namespace = randomName();
  const serviceAccount = `${randomName()}.${randomName()}`;
  const demo = startDemo('--once', '--namespace', namespace, '--service-account', serviceAccount);
  expect(await demo.exited, demo.errors()).toBe(0);
  const last = demo.output().trimEnd().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toEqual({
    sub: `myidsystem.${namespace}.${serviceAccount}`,
    iss: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    aud: 'myvaultinstance.company.com',
    cluster: 'demo-cluster',
  });
});

test('without the rule the exchange is refused, and the demo fails', async () => {
  const demo = startDemo('--once', '--without-rule');
  expect(await demo.exited).toBe(1);
  expect(demo.output()).toContain('refused: 400 invalid_target');
  expect(demo.output()).not.toContain('verified');
});

test('with a real kube-apiserver the token of its TokenRequest is exchanged', async () => {
  const demo = startDemo('--once', '--kubernetes', '--namespace', 'team-a', '--service-account', 'web');
  expect(await demo.exited, demo.errors()).toBe(0);
  expect(JSON.parse(demo.output().trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    sub: 'myidsystem.team-a.web',
  });
});

test('every printed curl line, typed into a shell, gives what the demo says', async () => {
  const demo = startDemo();
  await expect.poll(demo.output, { timeout: 60_000, interval: 100 }).toContain('Ctrl-C ends it');
  const steps = [...demo.output().matchAll(/^ +\$ (curl .*)\n +→ (.*)$/gm)].map(
    ([, line = '', said = '']) => ({ line, said }),
  );
  expect(steps).toHaveLength(7);
  for (const { line, said } of steps) {
    const answer = JSON.parse(execFileSync('bash', ['-c', line], { encoding: 'utf8' })) as Record<
      string,
      unknown
    >;
    expect(agrees(said, answer), `${line}\n${said}\n${JSON.stringify(answer)}`).toBe(true);
  }
  demo.child.kill('SIGINT');
  expect(await demo.exited).toBe(0);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to npm ends the demo in order: its broker and its data are gone',
  async (signal) => {
    const demo = follow('npm', 'run', '--silent', 'demo');
    await expect.poll(demo.output, { timeout: 60_000, interval: 100 }).toContain('Ctrl-C ends it');
    const [, issuer = '', dataDir = ''] = /runs at (\S+), .* its data in (\S+)\.$/m.exec(demo.output()) ?? [];
    expect(existsSync(dataDir)).toBe(true);
    demo.child.kill(signal);
    await demo.exited;
    await expect.poll(() => existsSync(dataDir), { timeout: 20_000 }).toBe(false);
    await expect(fetch(`${issuer}/livez`)).rejects.toThrow();
  },
);

/** Whether an answer is what the demo said of it, by the first word of what it said. */
function agrees(said: string, answer: Record<string, unknown>): boolean {
  const rest = said.slice(said.indexOf(' ') + 1);
  if (said.startsWith('made: ')) return JSON.stringify(answer.name) === rest;
  if (said.startsWith('keys at ')) return answer.jwks_uri === said.slice('keys at '.length);
  if (said.startsWith('refused: '))
    return rest.includes(`${String(answer.error)} (${String(answer.reason)})`);
  if (!said.startsWith('issued: ')) return false;
  const { access_token: token, expires_in: left, ...others } = answer;
  const { access_token: _, expires_in: shown, ...expected } = JSON.parse(rest) as Record<string, unknown>;
  return (
    typeof token === 'string' &&
    token.split('.').length === 3 &&
    // Whole seconds that were left when the answer was written: a second may end between decision and answer.
    Math.abs(Number(left) - Number(shown)) <= 2 &&
    JSON.stringify(others) === JSON.stringify(expected)
  );
}
