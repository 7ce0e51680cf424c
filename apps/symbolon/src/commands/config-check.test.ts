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
