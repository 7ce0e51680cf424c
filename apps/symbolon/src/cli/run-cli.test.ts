import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from './create-program.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { hasColors } from './process-cli.ts';
import { createTestDeployment } from './test-deployment.test-support.ts';
import { createTestCli, sendTo } from './test-support.ts';

const PROGRAM = createProgram({ stdout: { columns: 80 }, stderr: { columns: 80 } } as never);

function allCommands(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((child) => {
    const at = [...path, child.name()];
    return [at, ...allCommands(child, at)];
  });
}

describe('help', () => {
  test.each(allCommands(PROGRAM).map((path) => [path]))(
    'of %j shows what it does, its options and an example',
    async (path) => {
      const { exitCode, stdout, stderr } = await createTestCli().run(...path, '--help');
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(new RegExp(`^Usage: symbolon ${path.join(' ')}`));
      // A command that only leads to others shows those.
      expect(stdout).toMatch(/\n(?:Examples?|Commands):\n {2}\S/);
      expect(stdout).toContain('--help');
      const [, description = ''] = stdout.split('\n\n');
      expect(description).toMatch(/\S/);
    },
  );

  test('shows every command in its group, and what every exit code means', async () => {
    const { stdout } = await createTestCli().run('--help');
    for (const [path] of allCommands(PROGRAM).filter(({ length }) => length === 1)) {
      expect(stdout).toMatch(new RegExp(`\\n  ${path} `));
    }
    for (const meaning of Object.values(EXIT_CODE_MEANINGS)) expect(stdout).toContain(meaning);
  });

  test('of a command is the same by the word and by the option', async () => {
    const { run } = createTestCli();
    expect((await run('help', 'get')).stdout).toBe((await run('get', '--help')).stdout);
  });
});

describe('a wrong command line', () => {
  test.each([
    [['appyl', '-f', 'x'], '(Did you mean apply?)'],
    [['revoke', '--resaon', 'x'], '(Did you mean --reason?)'],
    [['revoke', 'udno', 'x'], 'error:'],
    [['apply'], "required option '-f, --file <path>' not specified"],
    [['get', 'rules', '-o', 'xml'], 'Allowed choices are table, json, yaml.'],
    [['whoami', 'extra'], 'too many arguments'],
  ])('%j exits with 2, sends nothing and says how it should be', async (args, hint) => {
    const { run, seen } = createTestDeployment();
    const { exitCode, stdout, stderr } = await run(...args);
    expect([exitCode, stdout, seen]).toEqual([2, '', []]);
    expect(stderr).toContain(hint);
  });

  test('nothing at all shows the help, and exits with 2', async () => {
    const { exitCode, stderr } = await createTestCli().run();
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Usage: symbolon')]);
  });
});

describe('an error says what is wrong and what to do', () => {
  async function whoami(...args: Parameters<typeof createTestDeployment>) {
    return createTestDeployment(...args).run('whoami');
  }

  test('where no broker runs: which address was asked, and how one is started', async () => {
    const { exitCode, stderr } = await whoami({ sendHttp: createRefusingServer() });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error: nothing listens at http://127.0.0.1:8081\n  Is the broker running?');
  });

  test('where a broker on this machine does not answer: that it hangs, within ten seconds', async () => {
    const silent = createRefusingServer('TIMED_OUT');
    const timeouts: number[] = [];
    const { run } = createTestDeployment({
      sendHttp: async (request) => {
        timeouts.push(request.timeoutMs);
        return silent();
      },
    });
    const { exitCode, stderr } = await run('whoami');
    expect([exitCode, timeouts]).toEqual([3, [10_000]]);
    expect(stderr).toContain('did not answer within 10 s\n  Does the broker hang?');
    expect(stderr).not.toContain('firewall');
    const elsewhere = await run(
      'whoami',
      '--server',
      'https://a.example',
      '--token-file',
      'symbolon-data/admin-token',
    );
    expect(elsewhere.stderr).toContain('firewall');
  });

  test('where there is no token file: where it was looked for', async () => {
    const { exitCode, stderr } = await createTestCli().run('whoami');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /the token file \S+symbolon-data\/admin-token cannot be read \(ENOENT\)\n {2}Your token is read from/,
    );
  });

  test('where the token is not accepted: which file it came from', async () => {
    const { run, write } = createTestDeployment();
    write('other', 'another-token-0123456789-0123456789');
    const { exitCode, stderr } = await run('whoami', '--token-file', 'other');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/does not accept the token in \S+other \(401\)/);
  });

  test('where the CA is not trusted, and where the CA file cannot be read', async () => {
    const { run } = createTestDeployment({ sendHttp: createRefusingServer('SELF_SIGNED_CERT_IN_CHAIN') });
    expect((await run('whoami')).stderr).toContain('--ca-file FILE or SYMBOLON_CA_FILE');
    expect(await run('whoami', '--ca-file', 'none.pem')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the CA file'),
    });
  });

  test('where the CA file holds no certificate: for TLS would then trust every public CA', async () => {
    const { folder, run, seen } = createTestDeployment();
    for (const text of ['', '\n', 'junk']) {
      writeFileSync(join(folder, 'ca.pem'), text);
      const ran = await run('whoami', '--ca-file', 'ca.pem');
      expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('holds no certificate') });
    }
    expect(seen).toEqual([]);
  });

  test('where something else answers: that it is not the admin API', async () => {
    for (const answer of [new Response('hello'), new Response('{}', { status: 404 }), Response.json([])]) {
      const ran = await whoami({ intercept: () => answer.clone() });
      expect(ran).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('does not answer as the admin API does'),
      });
    }
  });

  test('a redirect is not followed: the token goes to the server that was named and to no other', async () => {
    const { run, seen } = createTestDeployment({
      intercept: () => new Response(null, { status: 307, headers: { Location: 'https://evil.example/' } }),
    });
    expect(await run('whoami')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is not followed'),
    });
    expect(seen).toHaveLength(1);
  });

  test('trouble of the broker exits with 3 and names the request', async () => {
    const body = {
      type: 'urn:symbolon:problem:unavailable',
      title: 'The broker cannot answer now',
      status: 503,
      requestId: 'r-9',
    };
    const intercept = () =>
      new Response(JSON.stringify(body), {
        status: 503,
        headers: { 'Content-Type': 'application/problem+json' },
      });
    const { exitCode, stderr } = await whoami({ intercept });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error: The broker cannot answer now (503 unavailable)\n');
    expect(stderr).toContain('  request id r-9\n');
  });

  test('what is not allowed names who one is', async () => {
    const body = { type: 'urn:symbolon:problem:forbidden', title: 'No', status: 403, requestId: 'r' };
    const intercept = () =>
      new Response(JSON.stringify(body), {
        status: 403,
        headers: { 'Content-Type': 'application/problem+json' },
      });
    expect(await whoami({ intercept })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('"symbolon whoami"'),
    });
  });
});

function createRefusingServer(code = 'ECONNREFUSED') {
  return async () => {
    const { HttpError } = await import('./send-http.ts');
    throw new HttpError(code);
  };
}

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('colours at a terminal (%s) with %j: %s', (isTty, env, expected) => {
  expect(hasColors(isTty, env)).toBe(expected);
});

test('an answer that is sent as an echo of the headers shows no token', async () => {
  const { run } = createTestDeployment({
    sendHttp: sendTo((request) =>
      Response.json({ id: request.headers.get('authorization'), isGlobalOwner: true }),
    ),
  });
  expect((await run('whoami', '-o', 'json')).stdout).toContain('"id": "Bearer (token)"');
});

test.each(['apply', 'delete', 'revoke'])(
  'the help of %s says when it asks, and that a script is not asked',
  async (command) => {
    const { stdout } = await createTestCli().run(command, '--help');
    expect(stdout.replaceAll('\n', ' ')).toContain('without a terminal, as in a script, nothing is asked');
  },
);
