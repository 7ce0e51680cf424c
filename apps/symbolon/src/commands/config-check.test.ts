import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestCli } from '../cli/test-support.ts';

test('shows the configuration in force with where each value comes from', async () => {
  const { folder, run } = createTestCli({ env: { SYMBOLON_LOG_LEVEL: 'debug' } });
  writeFileSync(join(folder, 'symbolon.yaml'), 'LISTEN: 127.0.0.1:9000\n');
  const { exitCode, stdout } = await run('config', 'check', '--config', 'symbolon.yaml');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^SYMBOLON_LISTEN +127\.0\.0\.1:9000 +file +serve$/m);
  expect(stdout).toMatch(/^SYMBOLON_LOG_LEVEL +debug +environment +serve$/m);
  expect(stdout).toMatch(/^SYMBOLON_DATA_DIR +\.\/symbolon-data +default +serve, cli$/m);
  expect(stdout).toMatch(/\nno problems\n$/);
});

test('A50: shows every problem, ends with 1, and shows no value that cannot be used', async () => {
  const env = {
    SYMBOLON_KEK_FILE: 'Zm9ydHktdGhyZWUtY2hhcmFjdGVycy1vZi1iYXNlNjQ',
    SYMBOLON_NONSENSE: 'hunter2',
  };
  const { run } = createTestCli({ env });
  for (const format of ['table', 'json', 'yaml']) {
    const { exitCode, stdout, stderr } = await run('config', 'check', '-o', format);
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout).toContain('SYMBOLON_NONSENSE is not a setting');
    expect(stdout).toContain('SYMBOLON_KEK_FILE must be the name of a file');
    for (const value of Object.values(env)) expect(stdout).not.toContain(value);
  }
});

test('shows what the commands use: what the context in use gives, and nothing of the file', async () => {
  const { folder, run } = createTestCli();
  writeFileSync(join(folder, 'symbolon.yaml'), 'DATA_DIR: /data\nSERVER: https://file.example\n');
  const set = ['--server', 'https://admin.example', '--token-file', 'context.token'];
  await run('context', 'set', 'local', ...set);
  await run('context', 'use', 'local');
  const { stdout } = await run('config', 'check', '--config', 'symbolon.yaml');
  expect(stdout).toMatch(/^SYMBOLON_SERVER +https:\/\/admin\.example +context local +cli$/m);
  expect(stdout).toMatch(/^SYMBOLON_TOKEN_FILE +\S+\/context\.token +context local +cli$/m);
  expect(stdout).toMatch(/^SYMBOLON_CONTEXT +local +context local +cli$/m);
  expect(stdout).toMatch(/^SYMBOLON_DATA_DIR +\/data +file +serve, cli$/m);
});

test('a variable holds beside the context in use, and not beside one that is named', async () => {
  const cwd = createTestCli().folder;
  const env = { SYMBOLON_TOKEN_FILE: 'mine' };
  const { run } = createTestCli({ cwd, env });
  await run('context', 'set', 'local', '--server', 'https://admin.example', '--token-file', 'context.token');
  await run('context', 'use', 'local');
  expect((await run('config', 'check')).stdout).toMatch(/^SYMBOLON_TOKEN_FILE +mine +environment /m);
  const named = createTestCli({ cwd, env: { ...env, SYMBOLON_CONTEXT: 'local' } });
  const { stdout } = await named.run('config', 'check');
  expect(stdout).toMatch(/^SYMBOLON_TOKEN_FILE +\S+\/context\.token +context local /m);
  expect(stdout).toMatch(/^SYMBOLON_CONTEXT +local +environment /m);
});

test('no token is shown as assumed for a server elsewhere, and a context that is not there is a problem', async () => {
  const elsewhere = createTestCli({ env: { SYMBOLON_SERVER: 'https://admin.example' } });
  expect((await elsewhere.run('config', 'check')).stdout).toMatch(/^SYMBOLON_TOKEN_FILE +- +default +cli$/m);
  const { exitCode, stdout } = await createTestCli({ env: { SYMBOLON_CONTEXT: 'none' } }).run(
    'config',
    'check',
  );
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('\nproblem: there is no context none\n')]);
  const wrong = createTestCli({ env: { SYMBOLON_SERVER: 'http://admin.example' } });
  expect((await wrong.run('config', 'check')).stdout.match(/problem:/g)).toHaveLength(1);
});

test.each(['DATA_DIR: [a]', 'LISTEN: "', '[]'])(
  'of a broken file (%s) the problems are shown, and no defaults as if they were in force',
  async (text) => {
    const { folder, run } = createTestCli({ env: { SYMBOLON_NONSENSE: 'x' } });
    writeFileSync(join(folder, 'symbolon.yaml'), text);
    const { exitCode, stdout } = await run('config', 'check', '--config', 'symbolon.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^problem: .*symbolon\.yaml.*\nproblem: SYMBOLON_NONSENSE is not a setting\n$/);
    const json = await run('config', 'check', '--config', 'symbolon.yaml', '-o', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ settings: [] });
    const doctor = await run('doctor', '--config', 'symbolon.yaml');
    expect(doctor.stdout).toContain('the files of the broker cannot be found');
  },
);

test('what one role needs is not asked of another, and no password of a database is shown', async () => {
  const env = {
    SYMBOLON_DATABASE_URL: 'postgres://symbolon:canary@db/symbolon',
    SYMBOLON_KEK_FILE: 'key',
  };
  const { run } = createTestCli({ env });
  const all = await run('config', 'check');
  expect([all.exitCode, all.stdout]).toEqual([1, expect.stringContaining('SYMBOLON_ADMIN_TOKEN_FILE must')]);
  const gateway = await run('config', 'check', '--role', 'gateway');
  expect(gateway.exitCode).toBe(0);
  expect(gateway.stdout).toMatch(/^SYMBOLON_DATABASE_URL +\[redacted\] +environment +serve$/m);
  expect(all.stdout + gateway.stdout).not.toContain('canary');
});

test('a file that is not there is told', async () => {
  const { exitCode, stderr } = await createTestCli().run('config', 'check', '--config', 'missing.yaml');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('missing.yaml')]);
});

test('version tells what to name in a report', async () => {
  const { run } = createTestCli();
  const { stdout } = await run('version', '-o', 'json');
  expect(JSON.parse(stdout)).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    node: process.version.slice(1),
    platform: `${process.platform}-${process.arch}`,
  });
  expect((await run('version')).stdout).toMatch(/^symbolon \d/);
});
