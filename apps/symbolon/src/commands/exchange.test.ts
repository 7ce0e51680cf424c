import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HttpError, type HttpRequest } from '../cli/send-http.ts';
import { createTestCli, sendTo, type TestCliOptions } from '../cli/test-support.ts';

const ISSUER = 'https://broker.example/tenants/one';
const SUBJECT_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
const CREDENTIAL = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJiIn0.Y3JlZGVudGlhbA';
const METADATA = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
const ISSUED = {
  access_token: CREDENTIAL,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 600,
};
const REFUSAL = {
  error: 'invalid_target',
  error_description: 'no rule gives workload east/payments/api this audience',
  error_uri: `${ISSUER}/errors/target_not_permitted`,
  reason: 'target_not_permitted',
  request_id: 'request-1',
};

interface Answers {
  readonly metadata?: object;
  readonly token?: () => Response;
}

/** A command line beside a broker that answers so, with a token file, and what it was sent. */
function workload(
  { metadata = METADATA, token = () => Response.json(ISSUED) }: Answers = {},
  more: TestCliOptions = {},
) {
  const sent: HttpRequest[] = [];
  const sendHttp = sendTo(({ method }) => (method === 'GET' ? Response.json(metadata) : token()), sent);
  const { folder, run } = createTestCli({ sendHttp, env: { SYMBOLON_ISSUER: ISSUER }, ...more });
  writeFileSync(join(folder, 'token'), `${SUBJECT_TOKEN}\n`);
  return {
    folder,
    sent,
    exchange: (...args: readonly string[]) =>
      run('exchange', '--audience', 'vault.example', '--token-file', 'token', ...args),
    run,
  };
}

test('shows the token to the endpoint of the issuer alone, and prints the credential and nothing else', async () => {
  const { exchange, sent } = workload();
  const args = ['--audience', 'other.example', '--scope', 'a b', '--requested-token-type', 'jwt'];
  const { exitCode, stdout } = await exchange(...args);
  expect([exitCode, stdout]).toEqual([0, `${CREDENTIAL}\n`]);
  expect(sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
    'GET https://broker.example/.well-known/oauth-authorization-server/tenants/one',
    `POST ${ISSUER}/token`,
  ]);
  expect(sent[0]?.body).toBeNull();
  expect([...new URLSearchParams(sent[1]?.body ?? '')]).toEqual([
    ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ['subject_token_type', 'urn:ietf:params:oauth:token-type:jwt'],
    ['subject_token', SUBJECT_TOKEN],
    ['audience', 'vault.example'],
    ['audience', 'other.example'],
    ['scope', 'a b'],
    ['requested_token_type', 'urn:ietf:params:oauth:token-type:jwt'],
  ]);
});

test('a token file that is not there: by what it is named', async () => {
  const { run, sent } = workload();
  const { exitCode, stderr } = await run('exchange', '--audience', 'a', '--token-file', 'none');
  expect([exitCode, sent]).toEqual([1, []]);
  expect(stderr).toMatch(/There is no such file\.\n.* --token-file FILE or SYMBOLON_SUBJECT_TOKEN_FILE\.\n$/);
});

test('scopes with a comma that are not granted: that spaces separate them', async () => {
  const hint = 'separated by spaces';
  const refusing = workload({ token: () => Response.json(REFUSAL, { status: 400 }) });
  const granting = workload({ token: () => Response.json({ ...ISSUED, scope: 'read' }) });
  for (const { exchange } of [refusing, granting]) {
    expect((await exchange('--scope', 'read,write')).stderr).toContain(hint);
    expect((await exchange('--scope', 'read write')).stderr).not.toContain(hint);
  }
});

test('reads the token of standard input', async () => {
  const { run, sent } = workload({}, { stdin: `${SUBJECT_TOKEN}\n` });
  expect((await run('exchange', '--audience', 'a', '--token-file', '-')).exitCode).toBe(0);
  expect(new URLSearchParams(sent[1]?.body ?? '').get('subject_token')).toBe(SUBJECT_TOKEN);
});

test('prints the token response, or what kubectl asks of a plugin', async () => {
  const { exchange } = workload();
  expect(JSON.parse((await exchange('-o', 'json')).stdout)).toEqual(ISSUED);
  expect(JSON.parse((await exchange('-o', 'exec-credential')).stdout)).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: CREDENTIAL, expirationTimestamp: '2027-01-15T08:10:00Z' },
  });
});

test('says which of the scopes that were asked for are not granted', async () => {
  const { exchange } = workload({ token: () => Response.json({ ...ISSUED, scope: 'a' }) });
  expect((await exchange('--scope', 'a b')).stderr).toBe('note: not granted: b\n');
});

test('--out writes the file whole, for the owner alone, over the old one, and prints nothing', async () => {
  const { exchange, folder } = workload();
  writeFileSync(join(folder, 'out'), 'old', { mode: 0o644 });
  const { exitCode, stdout } = await exchange('--out', 'out');
  expect([exitCode, stdout]).toEqual([0, '']);
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(CREDENTIAL);
  expect(statSync(join(folder, 'out')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(['out', 'token']);
});

test('--out refuses a link and a folder before anything is sent, and leaves no draft where it cannot write', async () => {
  const { exchange, folder, sent } = workload();
  writeFileSync(join(folder, 'victim'), 'old');
  symlinkSync(join(folder, 'victim'), join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  for (const out of ['link', 'folder']) {
    expect(await exchange('--out', out)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('not a regular file'),
    });
  }
  expect(sent).toEqual([]);
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('old');
  const missing = await exchange('--out', 'missing/out');
  expect([missing.exitCode, missing.stdout]).toEqual([1, '']);
  expect(missing.stderr).not.toContain(CREDENTIAL);
});

test('a refusal is told with everything that leads on, and ends with 1', async () => {
  const { exchange } = workload({ token: () => Response.json(REFUSAL, { status: 400 }) });
  const { exitCode, stdout, stderr } = await exchange();
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    [
      'error: the broker refused: no rule gives workload east/payments/api this audience',
      '  error: invalid_target',
      '  reason: target_not_permitted',
      `  see: ${ISSUER}/errors/target_not_permitted`,
      '  request id: request-1',
      '',
    ].join('\n'),
  );
});

test.each([429, 500, 503])('an answer %s ends with 3: the broker has trouble of its own', async (status) => {
  const { exchange } = workload({ token: () => Response.json(REFUSAL, { status }) });
  expect((await exchange()).exitCode).toBe(3);
});

test('nobody there ends with 3', async () => {
  const { exchange } = workload(
    {},
    {
      sendHttp: async () => {
        throw new HttpError('ECONNREFUSED');
      },
    },
  );
  const { exitCode, stderr } = await exchange();
  expect(exitCode).toBe(3);
  expect(stderr).toContain('--issuer URL or SYMBOLON_ISSUER');
  expect(stderr).not.toContain('--server');
});

test.each([
  ['of another issuer', { ...METADATA, issuer: 'https://attacker.example' }],
  ['whose issuer has a slash at the end', { ...METADATA, issuer: `${ISSUER}/` }],
  ['whose issuer differs in case', { ...METADATA, issuer: ISSUER.replace('one', 'ONE') }],
  ['with a token endpoint elsewhere', { ...METADATA, token_endpoint: 'https://attacker.example/token' }],
  ['with a token endpoint in the clear', { ...METADATA, token_endpoint: 'http://broker.example/token' }],
  ['without a token endpoint', { issuer: ISSUER }],
])('S48: sends no token on metadata %s', async (_, metadata) => {
  const { exchange, sent } = workload({ metadata });
  expect((await exchange()).exitCode).toBe(1);
  expect(sent.map(({ method }) => method)).toEqual(['GET']);
});

test.each([
  'http://broker.example',
  'http://10.0.0.1:8080',
  'https://u:p@broker.example',
  'https://b.example/',
])('S46: sends nothing to the issuer %s', async (issuer) => {
  const { exchange, sent } = workload();
  expect((await exchange('--issuer', issuer)).exitCode).toBe(2);
  expect(sent).toEqual([]);
});

test.each([
  ['a token with a line break', { ...ISSUED, access_token: 'a\nb' }],
  ['an empty token', { ...ISSUED, access_token: '' }],
  ['no token', { ...ISSUED, access_token: undefined }],
  ['no lifetime', { ...ISSUED, expires_in: undefined }],
  ['no life', { ...ISSUED, expires_in: 0 }],
  ['another way of use', { ...ISSUED, token_type: 'DPoP' }],
])('takes no answer with %s', async (_, body) => {
  const { exchange } = workload({ token: () => Response.json(body) });
  const { exitCode, stdout, stderr } = await exchange();
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).not.toContain(CREDENTIAL);
});

test.each([
  ['scope', { ...ISSUED, scope: 'read\u009b2J\u202e' }],
  ['issued_token_type', { ...ISSUED, issued_token_type: 'urn:x\u009b2J' }],
])('the %s of an answer cannot steer the terminal on which it is printed', async (_, body) => {
  const { exchange } = workload({ token: () => Response.json(body) });
  expect(await exchange('-o', 'json')).toMatchObject({ exitCode: 1, stdout: '' });
});

test('an empty CA file is refused before the token is shown to whoever any public CA vouches for', async () => {
  const { exchange, folder, sent } = workload();
  writeFileSync(join(folder, 'ca.pem'), '');
  const { exitCode, stderr } = await exchange('--ca-file', 'ca.pem');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('holds no certificate')]);
  expect(sent).toEqual([]);
});

test('S8: reads token_type without regard to case', async () => {
  const { exchange } = workload({ token: () => Response.json({ ...ISSUED, token_type: 'bearer' }) });
  expect((await exchange('-o', 'json')).stdout).toContain('"Bearer"');
});

test('A50: a token among the arguments is refused and not repeated', async () => {
  const { run, sent } = workload();
  for (const args of [
    ['--token-file', SUBJECT_TOKEN],
    [SUBJECT_TOKEN],
    [`--token=${SUBJECT_TOKEN}`],
    ['--scope', SUBJECT_TOKEN],
  ]) {
    const { exitCode, stdout, stderr } = await run('exchange', '--audience', 'a', ...args);
    expect(exitCode).toBe(2);
    expect(`${stdout}${stderr}`).not.toContain(SUBJECT_TOKEN);
  }
  expect(sent).toEqual([]);
});

test('A50: a server that repeats the token in its refusal puts it on no terminal', async () => {
  const body = { ...REFUSAL, error_description: `bad token ${SUBJECT_TOKEN}`, reason: SUBJECT_TOKEN };
  const { exchange } = workload({ token: () => Response.json(body, { status: 400 }) });
  const { stderr } = await exchange();
  expect(stderr).toContain('bad token (token)');
  expect(stderr).not.toContain(SUBJECT_TOKEN);
});

test('what a server says cannot steer the terminal', async () => {
  const body = { ...REFUSAL, error_description: 'a\u001b[2Jb', request_id: 'c\r\nd' };
  const { exchange } = workload({ token: () => Response.json(body, { status: 400 }) });
  const { stderr } = await exchange();
  for (const control of ['\u001b', '\r']) expect(stderr).not.toContain(control);
});

test.each([
  [[], 'audience'],
  [['--audience', 'a', '--watch'], '--out'],
  [['--audience', 'a', '--watch', '--out', 'out', '--token-file', '-'], 'standard input'],
  [['--audience', 'a', '--requested-token-type', 'saml'], 'access_token, id_token or jwt'],
])('%j is wrong usage: %s', async (args, words) => {
  // Aborted, so that a watch that should not have begun ends.
  const { run, sent } = workload({}, { stopSignal: () => AbortSignal.abort() });
  const { exitCode, stderr } = await run('exchange', ...args);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  expect(sent).toEqual([]);
});

test('--watch says each event in a line without the token, reads the token file anew, and ends with 0', async () => {
  const stopping = new AbortController();
  const clock = { ms: Date.UTC(2027, 0, 15, 8) };
  const answers = [
    () => Response.json(ISSUED),
    () => Response.json(REFUSAL, { status: 400 }),
    () =>
      Response.json(
        { ...REFUSAL, error: 'temporarily_unavailable' },
        { status: 503, headers: { 'retry-after': '7' } },
      ),
  ];
  const broker = workload(
    { token: () => (answers.shift() ?? stop)() },
    {
      now: () => clock.ms,
      sleep: async (ms) => {
        clock.ms += ms;
        writeFileSync(join(broker.folder, 'token'), `${SUBJECT_TOKEN}${clock.ms}`);
      },
      stopSignal: () => stopping.signal,
    },
  );
  const stop = () => {
    stopping.abort();
    return Response.json(REFUSAL, { status: 400 });
  };
  const { exitCode, stdout, stderr } = await broker.exchange('--watch', '--out', 'out');
  expect([exitCode, stdout]).toEqual([0, '']);
  const out = join(broker.folder, 'out');
  expect(stderr.trimEnd().split('\n')).toEqual([
    `2027-01-15T08:00:00Z renewed: ${out} is good until 2027-01-15T08:10:00Z; next at 2027-01-15T08:06:40Z`,
    expect.stringMatching(
      /^2027-01-15T08:06:40Z failed: the broker refused: .*; reason: target_not_permitted; .*the last one is kept until 2027-01-15T08:10:00Z; next try at 2027-01-15T08:07:40Z$/,
    ),
    expect.stringMatching(
      /^2027-01-15T08:07:40Z failed: the broker cannot issue now: .*; next try at 2027-01-15T08:07:47Z$/,
    ),
    '2027-01-15T08:07:47Z stopped',
  ]);
  expect(readFileSync(out, 'utf8')).toBe(CREDENTIAL);
  const shown = broker.sent.flatMap(({ body }) => new URLSearchParams(body ?? '').get('subject_token') ?? []);
  expect(new Set(shown).size).toBe(4);
  expect(stderr).not.toContain('eyJ');
});

test.each(['/dev/null', '.'])(
  '--watch refuses %s for a token file: waiting for its writer no signal would be heard',
  async (tokenFile) => {
    const { run, sent } = workload({}, { stopSignal: () => AbortSignal.abort() });
    const ran = await run(
      'exchange',
      '--audience',
      'a',
      '--watch',
      '--out',
      'out',
      '--token-file',
      tokenFile,
    );
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not a regular file') });
    expect(sent).toEqual([]);
  },
);

test.each(['token', 'json', 'exec-credential'])(
  '--watch removes what a killed one left expired, as %s, though it gets no other',
  async (format) => {
    const expired = `eyJhbGciOiJFUzI1NiJ9.${Buffer.from('{"exp":1800000000}').toString('base64url')}.c2ln`;
    const stopping = new AbortController();
    const clock = { ms: 1_800_000_000_000 - 5_000 };
    const answers = [() => Response.json({ ...ISSUED, access_token: expired })];
    const { exchange, folder } = workload(
      { token: () => (answers.shift() ?? (() => Response.json(REFUSAL, { status: 400 })))() },
      {
        now: () => clock.ms,
        sleep: async (ms) => {
          clock.ms += ms;
          if (clock.ms > 1_800_000_000_000) stopping.abort();
        },
        stopSignal: () => stopping.signal,
      },
    );
    await exchange('--out', 'out', '-o', format);
    expect(readdirSync(folder)).toEqual(['out', 'token']);
    const { stderr } = await exchange('--watch', '--out', 'out', '-o', format);
    expect(stderr).toContain('the last one is kept until 2027-01-15T08:00:00Z');
    expect(stderr).toContain(`2027-01-15T08:00:00Z expired: ${join(folder, 'out')} was removed`);
    expect(readdirSync(folder)).toEqual(['token']);
  },
);

test('--watch leaves alone what it cannot read as a credential', async () => {
  const stopping = new AbortController();
  const { exchange, folder } = workload(
    { token: () => Response.json(REFUSAL, { status: 400 }) },
    { sleep: async () => stopping.abort(), stopSignal: () => stopping.signal },
  );
  writeFileSync(join(folder, 'out'), 'not of ours: eyJhbGci.bm8.no');
  await exchange('--watch', '--out', 'out');
  expect(readdirSync(folder)).toEqual(['out', 'token']);
});

test('--watch heeds the Retry-After of metadata that cannot be served', async () => {
  const stopping = new AbortController();
  const slept: number[] = [];
  const { exchange } = workload(
    {},
    {
      sendHttp: sendTo(() => new Response(null, { status: 503, headers: { 'retry-after': '20' } })),
      sleep: async (ms) => {
        slept.push(ms);
        stopping.abort();
      },
      stopSignal: () => stopping.signal,
    },
  );
  await exchange('--watch', '--out', 'out');
  expect(slept).toEqual([21_000]);
});

test('--watch removes the file once what is in it has expired', async () => {
  const stopping = new AbortController();
  const clock = { ms: Date.UTC(2027, 0, 15, 8) };
  let asked = 0;
  const { exchange, folder } = workload(
    { token: () => (asked++ === 0 ? Response.json(ISSUED) : Response.json(REFUSAL, { status: 400 })) },
    {
      now: () => clock.ms,
      sleep: async (ms) => {
        clock.ms += ms;
        if (clock.ms > Date.UTC(2027, 0, 15, 8, 12)) stopping.abort();
      },
      stopSignal: () => stopping.signal,
    },
  );
  const { stderr } = await exchange('--watch', '--out', 'out');
  expect(stderr).toContain(`2027-01-15T08:10:00Z expired: ${join(folder, 'out')} was removed`);
  expect(readdirSync(folder)).toEqual(['token']);
});
