import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createTestCli } from '../cli/test-support.ts';

const SECRET = /^[\w-]{43}\n$/;
const FILES = ['admin-token', 'key-encryption-key'];

function secretsIn(folder: string): readonly string[] {
  return FILES.map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('init makes two secrets of 32 random bytes for their owner alone, and leaves no draft', async () => {
  const { run, folder } = createTestCli();
  expect((await run('init', '--out', 'a/b')).exitCode).toBe(0);
  await run('init', '--out', 'c');
  const made = [...secretsIn(join(folder, 'a', 'b')), ...secretsIn(join(folder, 'c'))];
  for (const secret of made) {
    expect(secret).toMatch(SECRET);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  }
  expect(new Set(made).size).toBe(4);
  expect(readdirSync(join(folder, 'a', 'b')).toSorted()).toEqual(FILES);
  expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
  for (const name of FILES) expect(statSync(join(folder, 'c', name)).mode & 0o777).toBe(0o600);
});

test('what is piped is a Secret of both files and nothing else, and the words for people are beside it', async () => {
  const { run, folder } = createTestCli();
  const { stdout, stderr } = await run('init', '--out', 's', '--namespace', 'platform', '--name', 'broker');
  const { data, ...rest } = parse(stdout) as { data: Record<string, string> };
  expect(rest).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'broker', namespace: 'platform' },
    type: 'Opaque',
  });
  expect(Object.keys(data).toSorted()).toEqual(FILES);
  const decoded = FILES.map((name) => Buffer.from(data[name] ?? '', 'base64').toString());
  expect(decoded).toEqual(secretsIn(join(folder, 's')));
  expect(stderr).toContain('kubectl create secret generic broker --namespace platform --from-file');
  for (const secret of decoded) expect(stderr).not.toContain(secret.trim());
});

test('the namespace is left to kubectl where none is named', async () => {
  const { stdout } = await createTestCli().run('init', '--out', 's');
  expect(parse(stdout)).toMatchObject({ metadata: { name: 'symbolon' } });
  expect(stdout).not.toContain('namespace');
});

test('A50: a terminal, whose scrollback others may read, is shown no secret unless that is asked for', async () => {
  const { run, folder } = createTestCli({ isTty: true });
  const quiet = await run('init', '--out', 's');
  expect(quiet.exitCode).toBe(0);
  expect(quiet.stdout).toBe('');
  for (const secret of secretsIn(join(folder, 's'))) {
    expect(quiet.stderr).not.toContain(secret.trim());
    expect(quiet.stderr).not.toContain(Buffer.from(secret).toString('base64'));
  }
  expect((await run('init', '--out', 't', '--secret')).stdout).toContain('kind: Secret');
});

test.each(FILES)(
  'a %s that is there stops it before anything is written, and is never touched',
  async (name) => {
    const { run, folder } = createTestCli();
    mkdirSync(join(folder, 's'), { mode: 0o700 });
    writeFileSync(join(folder, 's', name), 'mine');
    const { exitCode, stdout, stderr } = await run('init', '--out', 's');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('is there already');
    expect(stderr).toContain('name another folder');
    expect(readdirSync(join(folder, 's'))).toEqual([name]);
    expect(readFileSync(join(folder, 's', name), 'utf8')).toBe('mine');
  },
);

test('a link that somebody left in its place is not followed', async () => {
  const { run, folder } = createTestCli();
  mkdirSync(join(folder, 's'), { mode: 0o700 });
  symlinkSync(join(folder, 'elsewhere'), join(folder, 's', 'key-encryption-key'));
  const { exitCode, stderr } = await run('init', '--out', 's');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is there already')]);
  expect(readdirSync(folder)).toEqual(['s']);
  expect(readdirSync(join(folder, 's'))).toEqual(['key-encryption-key']);
});

test.each([0o755, 0o730, 0o707])('a folder of mode %o, which others can reach, is refused', async (mode) => {
  const { run, folder } = createTestCli();
  mkdirSync(join(folder, 's'));
  chmodSync(join(folder, 's'), mode);
  const { exitCode, stderr } = await run('init', '--out', 's');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('chmod 700 s');
  expect(readdirSync(join(folder, 's'))).toEqual([]);
});

test.each([
  ['--name', 'Symbolon'],
  ['--namespace', 'a: b'],
  ['--namespace', ''],
])('%s %j is no name, and nothing is made', async (option, value) => {
  const { run, folder } = createTestCli();
  expect((await run('init', '--out', 's', option, value)).exitCode).toBe(2);
  expect(readdirSync(folder)).toEqual([]);
});
