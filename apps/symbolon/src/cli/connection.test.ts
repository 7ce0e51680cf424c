import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from './send-http.ts';
import { createTestCli, sendTo } from './test-support.ts';

/** A command line whose requests are only looked at; every token file holds its own name. */
function createWatchedCli(env: Record<string, string> = {}) {
  const seen: HttpRequest[] = [];
  const sendHttp = sendTo(() => Response.json({ id: 'me', isGlobalOwner: true }), seen);
  const cli = createTestCli({ env, sendHttp });
  mkdirSync(join(cli.folder, 'symbolon-data'), { recursive: true });
  for (const name of ['local', 'option', 'environment', 'context']) {
    writeFileSync(join(cli.folder, `${name}.token`), `${name}-token\n`);
  }
  writeFileSync(join(cli.folder, 'symbolon-data', 'admin-token'), 'local-token\n');
  return {
    ...cli,
    contextsFile: join(cli.folder, '.config', 'symbolon', 'contexts.yaml'),
    /** Where `whoami` goes and with which token. */
    async whoami(...args: readonly string[]) {
      const ran = await cli.run('whoami', ...args);
      const last = seen.splice(0).at(-1);
      return last === undefined ? ran : [last.url.origin, last.headers.Authorization];
    },
  };
}

describe('where the admin API is', () => {
  test('without a word, on this machine, with the token that its broker made', async () => {
    expect(await createWatchedCli().whoami()).toEqual(['http://127.0.0.1:8081', 'Bearer local-token']);
    const moved = createWatchedCli({ SYMBOLON_DATA_DIR: 'elsewhere' });
    mkdirSync(join(moved.folder, 'elsewhere'));
    writeFileSync(join(moved.folder, 'elsewhere', 'admin-token'), 'moved-token');
    expect(await moved.whoami()).toEqual(['http://127.0.0.1:8081', 'Bearer moved-token']);
    const named = createWatchedCli({ SYMBOLON_ADMIN_TOKEN_FILE: 'environment.token' });
    expect(await named.whoami()).toEqual(['http://127.0.0.1:8081', 'Bearer environment-token']);
  });

  test('options win over the environment, and the environment over the context in use', async () => {
    const env = { SYMBOLON_SERVER: 'https://environment.example', SYMBOLON_TOKEN_FILE: 'environment.token' };
    const cli = createWatchedCli(env);
    await cli.run(
      'context',
      'set',
      'prod',
      '--server',
      'https://context.example',
      '--token-file',
      'context.token',
    );
    await cli.run('context', 'use', 'prod');
    expect(await cli.whoami()).toEqual(['https://environment.example', 'Bearer environment-token']);
    expect(await cli.whoami('--server', 'https://option.example', '--token-file', 'option.token')).toEqual([
      'https://option.example',
      'Bearer option-token',
    ]);
    expect(await cli.whoami('--context', 'prod')).toEqual([
      'https://context.example',
      'Bearer context-token',
    ]);
  });

  test('the token of a context goes to no other server, and no token of the environment to a named context', async () => {
    const cli = createWatchedCli({ SYMBOLON_TOKEN_FILE: 'environment.token' });
    await cli.run(
      'context',
      'set',
      'prod',
      '--server',
      'https://context.example',
      '--token-file',
      'context.token',
    );
    await cli.run('context', 'use', 'prod');
    expect(await cli.whoami('--context', 'prod')).toEqual([
      'https://context.example',
      'Bearer context-token',
    ]);
    const plain = createWatchedCli();
    await plain.run(
      'context',
      'set',
      'prod',
      '--server',
      'https://context.example',
      '--token-file',
      'context.token',
    );
    await plain.run('context', 'use', 'prod');
    expect(await plain.whoami('--server', 'https://other.example')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no token is given for https://other.example'),
    });
    expect(await plain.whoami('--server', 'https://other.example', '--context', 'prod')).toMatchObject({
      exitCode: 2,
    });
  });

  test('the token of this machine is assumed for no server elsewhere', async () => {
    expect(await createWatchedCli().whoami('--server', 'https://other.example')).toMatchObject({
      exitCode: 1,
    });
    expect(await createWatchedCli({ SYMBOLON_SERVER: 'https://other.example' }).whoami()).toMatchObject({
      exitCode: 1,
    });
  });

  test.each([
    'http://symbolon.example.com',
    'http://10.0.0.1:8081',
    'http://127.0.0.1.example.com',
    'http://localhost.example',
  ])('a token goes over plain http only to this machine, not to %s', async (server) => {
    const answer = await createWatchedCli().whoami('--server', server, '--token-file', 'option.token');
    expect(answer).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('over plain http') });
    const context = createWatchedCli();
    expect(await context.run('context', 'set', 'a', '--server', server)).toMatchObject({ exitCode: 2 });
  });

  test.each(['http://127.0.0.1:1', 'http://[::1]:1', 'http://localhost:1', 'http://127.9.9.9:1'])(
    '%s is this machine',
    async (server) => {
      expect(await createWatchedCli().whoami('--server', server)).toEqual([server, 'Bearer local-token']);
    },
  );

  test.each(['ftp://a', 'a', 'https://user:hunter2@a', 'https://a?x=1', 'https://a#x'])(
    'refuses the server %s without repeating it',
    async (server) => {
      const answer = await createWatchedCli().whoami('--server', server, '--token-file', 'option.token');
      expect(answer).toMatchObject({ exitCode: 2 });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    },
  );

  test('a server under a path keeps it', async () => {
    const seen: HttpRequest[] = [];
    const cli = createTestCli({ sendHttp: sendTo(() => Response.json({ id: 'me' }), seen) });
    writeFileSync(join(cli.folder, 't'), 'token');
    await cli.run('whoami', '--server', 'https://a.example/symbolon/', '--token-file', 't');
    expect(seen[0]?.url.href).toBe('https://a.example/symbolon/admin/v1/whoami');
  });
});

describe('a token file that cannot be read', () => {
  async function hintOf(env: Record<string, string>, ...args: readonly string[]) {
    const cli = createWatchedCli(env);
    await cli.run('context', 'set', 'bad', '--server', 'http://127.0.0.1:8081', '--token-file', 'gone.token');
    const { exitCode, stderr } = await cli.run('whoami', ...args);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('gone.token cannot be read (ENOENT)')]);
    return stderr;
  }

  test.each([
    [{}, ['--context', 'bad'], 'Context bad names that file.'],
    [{ SYMBOLON_CONTEXT: 'bad' }, [], 'Context bad names that file.'],
    [{ SYMBOLON_TOKEN_FILE: 'gone.token' }, [], 'SYMBOLON_TOKEN_FILE names that file.'],
    [
      { SYMBOLON_TOKEN_FILE: 'gone.token' },
      ['--server', 'http://127.0.0.1:8081'],
      'SYMBOLON_TOKEN_FILE names that file.',
    ],
  ])('with %j and %j is told with what named it: %s', async (env, args, hint) => {
    const stderr = await hintOf({ ...env }, ...args);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('no other file is named');
  });

  test('is told to be assumed only where nothing names it', async () => {
    const cli = createTestCli();
    expect((await cli.run('whoami')).stderr).toContain('because no other file is named');
    const named = await hintOf({ SYMBOLON_CONTEXT: 'bad' }, '--token-file', 'also-gone.token');
    expect(named).not.toMatch(/names that file|no other file/);
  });
});

describe('the file of contexts', () => {
  test('is readable by its owner alone, and holds paths, never a token', async () => {
    const cli = createWatchedCli();
    await cli.run('context', 'set', 'prod', '--server', 'https://a.example', '--token-file', 'context.token');
    expect(statSync(cli.contextsFile).mode & 0o777).toBe(0o600);
    const text = readFileSync(cli.contextsFile, 'utf8');
    expect(text).toContain(join(cli.folder, 'context.token'));
    expect(text).not.toContain('context-token');
  });

  test('lies where XDG_CONFIG_HOME says, and a relative one is passed over', async () => {
    const cli = createTestCli();
    const there = createTestCli({ cwd: cli.folder, env: { XDG_CONFIG_HOME: join(cli.folder, 'xdg') } });
    await there.run('context', 'set', 'prod', '--server', 'https://a.example');
    expect(statSync(join(cli.folder, 'xdg', 'symbolon', 'contexts.yaml')).isFile()).toBe(true);
    const relative = createTestCli({ cwd: cli.folder, env: { XDG_CONFIG_HOME: 'xdg' } });
    expect((await relative.run('context', 'list')).stderr).toContain('There are no contexts');
  });

  test.each([0o640, 0o604, 0o620, 0o602])('open to others (%o), it is not used', async (mode) => {
    const cli = createWatchedCli();
    await cli.run('context', 'set', 'prod', '--server', 'https://a.example', '--token-file', 'context.token');
    chmodSync(cli.contextsFile, mode);
    for (const args of [['whoami'], ['context', 'list'], ['context', 'use', 'prod']]) {
      const ran = await cli.run(...args);
      expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining('is open to others')]);
    }
  });

  test('that is no file of contexts is refused', async () => {
    const cli = createWatchedCli();
    mkdirSync(join(cli.folder, '.config', 'symbolon'), { recursive: true });
    for (const text of ['', '[', 'contexts: {a: {server: 1}}', 'current: a\ncontexts: {}\nextra: 1\n']) {
      writeFileSync(cli.contextsFile, text, { mode: 0o600 });
      expect(await cli.run('context', 'list')).toMatchObject({ exitCode: 1 });
    }
  });

  test('names come and go, and one in use that goes leaves none in use', async () => {
    const cli = createWatchedCli();
    await cli.run('context', 'set', 'a', '--server', 'https://a.example', '--token-file', 'context.token');
    await cli.run('context', 'set', 'b', '--server', 'https://b.example');
    await cli.run('context', 'use', 'a');
    expect((await cli.run('context', 'list')).stdout).toMatch(
      /^CURRENT +NAME +SERVER +TOKEN FILE\n\* +a +https:\/\/a/,
    );
    expect(await cli.whoami()).toEqual(['https://a.example', 'Bearer context-token']);
    await cli.run('context', 'delete', 'a');
    expect(JSON.parse((await cli.run('context', 'list', '-o', 'json')).stdout)).toEqual([
      { name: 'b', current: false, server: 'https://b.example', tokenFile: null, caFile: null },
    ]);
    expect(await cli.whoami()).toEqual(['http://127.0.0.1:8081', 'Bearer local-token']);
  });

  test('a context that gets another server keeps no token that was meant for the first', async () => {
    const cli = createWatchedCli();
    await cli.run('context', 'set', 'a', '--server', 'https://a.example', '--token-file', 'context.token');
    const ran = await cli.run('context', 'set', 'a', '--server', 'https://b.example');
    expect(ran.stderr).toContain('it names no token file');
    expect(await cli.whoami('--context', 'a')).toMatchObject({ exitCode: 1 });
  });

  test.each([
    [['context', 'use', 'prd'], 2, 'Did you mean prod?'],
    [['context', 'delete', 'prd'], 2, 'Did you mean prod?'],
    [['whoami', '--context', 'prd'], 2, 'Did you mean prod?'],
    [['context', 'use', 'nope'], 2, 'The contexts are prod.'],
    [['whoami', '--context', 'nope'], 2, 'The contexts are prod.'],
    [['whoami', '--context', '__proto__'], 2, 'there is no context __proto__'],
    [['context', 'set', '../x', '--server', 'https://a.example'], 2, 'a context is named by'],
    [['context', 'set', 'new'], 2, 'give --server URL'],
  ])('%j ends with %i', async (args, exitCode, hint) => {
    const cli = createWatchedCli();
    await cli.run('context', 'set', 'prod', '--server', 'https://a.example');
    const ran = await cli.run(...args);
    expect([ran.exitCode, ran.stderr]).toEqual([exitCode, expect.stringContaining(hint)]);
  });
});
