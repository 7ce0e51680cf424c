import { expect, test } from 'vitest';
import { checkConfiguration } from './check-configuration.ts';
import { loadConfig } from './load-config.ts';
import { SETTINGS } from './settings.ts';

function check(env: Record<string, string>, file: string | null = null) {
  const { settings, problems } = checkConfiguration({
    env,
    file: file === null ? null : { path: 'symbolon.yaml', text: file },
  });
  const inForce = Object.fromEntries(
    settings.map(({ variable, value, origin }) => [variable.replace('SYMBOLON_', ''), [value, origin]]),
  );
  return { inForce, problems };
}

test('every setting is there with its value and where it comes from', () => {
  const { inForce, problems } = check(
    { SYMBOLON_LISTEN: '127.0.0.1:9000', SYMBOLON_SERVER: 'https://admin.example' },
    'LISTEN: 127.0.0.1:9001\nDATA_DIR: /var/lib/symbolon\n',
  );
  expect(problems).toEqual([]);
  expect(Object.keys(inForce)).toEqual(Object.keys(SETTINGS));
  expect(inForce).toMatchObject({
    ISSUER: ['http://127.0.0.1:9000', 'default'],
    LISTEN: ['127.0.0.1:9000', 'environment'],
    ADMIN_LISTEN: ['127.0.0.1:8081', 'default'],
    DATA_DIR: ['/var/lib/symbolon', 'file'],
    KEK_FILE: ['/var/lib/symbolon/key-encryption-key', 'default'],
    TOKEN_FILE: ['/var/lib/symbolon/admin-token', 'default'],
    SERVER: ['https://admin.example', 'environment'],
    CLUSTER_CREDENTIALS_DIR: [null, 'default'],
  });
});

test('an issuer that is known only once the gateway is bound is not made up', () => {
  expect(check({ SYMBOLON_LISTEN: '127.0.0.1:0' }).inForce.ISSUER).toEqual([null, 'default']);
});

test('all problems come at once: of the broker, of the commands, and what is no setting', () => {
  const { problems } = check({
    SYMBOLON_LISTEN: 'nowhere',
    SYMBOLON_SERVER: 'http://admin.example',
    SYMBOLON_TOKENFILE: 'x',
  });
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'SYMBOLON_TOKENFILE',
    'SYMBOLON_LISTEN',
    'SYMBOLON_SERVER',
  ]);
});

test.each([
  ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl'],
  ['a key of 32 bytes', 'Zm9ydHktdGhyZWUtY2hhcmFjdGVycy1vZi1iYXNlNjQ'],
])('A50: %s in place of the file that holds it is a problem, and is not shown', (_, secret) => {
  for (const name of ['KEK_FILE', 'ADMIN_TOKEN_FILE', 'TOKEN_FILE', 'SUBJECT_TOKEN_FILE', 'DATA_DIR']) {
    const { inForce, problems } = check({ [`SYMBOLON_${name}`]: secret });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify({ inForce, problems })).not.toContain(secret);
  }
});

test('A50: a value that cannot be used is not shown', () => {
  const { inForce } = check({ SYMBOLON_SERVER: 'https://user:password@admin.example' });
  expect(inForce.SERVER).toEqual([null, 'environment']);
});

test('A50: the URL of a database holds a password: it is in force, and shows nowhere', () => {
  for (const name of ['DATABASE_URL', 'MIGRATE_DATABASE_URL']) {
    for (const url of ['postgres://symbolon:canary@db:5432/symbolon', 'mysql://symbolon:canary@db']) {
      const { inForce, problems } = check({ [`SYMBOLON_${name}`]: url });
      const isWell = url.startsWith('postgres');
      expect(inForce[name]).toEqual([isWell ? '[redacted]' : null, 'environment']);
      expect(JSON.stringify({ inForce, problems })).not.toContain('canary');
    }
  }
});

test('what lies in the data folder is not told of a broker on PostgreSQL, which has none', () => {
  const { inForce } = check({ SYMBOLON_DATABASE_URL: 'postgres://db/symbolon' });
  for (const name of ['DATA_DIR', 'KEK_FILE', 'ADMIN_TOKEN_FILE', 'TOKEN_FILE'])
    expect(inForce[name]).toEqual([null, 'default']);
});

test('the address of the gateway is an https URL where it speaks TLS', () => {
  const { inForce } = check({ SYMBOLON_TLS_CERT_FILE: 'tls.crt', SYMBOLON_TLS_KEY_FILE: 'tls.key' });
  expect(inForce.ISSUER).toEqual(['https://127.0.0.1:8080', 'default']);
});

test('the broker starts whatever is set for the commands', () => {
  const env = {
    SYMBOLON_SERVER: 'nonsense',
    SYMBOLON_TOKEN_FILE: '',
    SYMBOLON_CA_FILE: 'x',
    SYMBOLON_CONTEXT: '',
  };
  expect(loadConfig({ env, file: null })).toEqual(loadConfig({ env: {}, file: null }));
});

test('every setting says what it is, whose it is, what it takes and what it is without one', () => {
  for (const [name, { describe, range, default: without }] of Object.entries(SETTINGS)) {
    for (const text of [describe, range, without]) expect(text.length, name).toBeGreaterThan(1);
  }
});
