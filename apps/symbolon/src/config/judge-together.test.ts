import { describe, expect, test } from 'vitest';
import { readGivenSettings } from './given-settings.ts';
import { judgeConfig, loadConfig } from './load-config.ts';
import type { RunOptions } from './run-options.ts';

const POSTGRES = { DATABASE_URL: 'postgres://symbolon:canary@db/symbolon' };
const FILES = { KEK_FILE: 'kek', ADMIN_TOKEN_FILE: 'token' };

function variables(settings: Record<string, string>) {
  return Object.fromEntries(Object.entries(settings).map(([name, text]) => [`SYMBOLON_${name}`, text]));
}

function problemsOf(settings: Record<string, string>, run: Partial<RunOptions> = {}): readonly string[] {
  const { given } = readGivenSettings({ env: variables(settings), file: null });
  const { config, problems } = judgeConfig(given, { role: 'all', workers: 1, ...run });
  expect(config === null).toBe(problems.length > 0);
  return problems;
}

describe('on PostgreSQL', () => {
  test('key and token are demanded of the roles that use them: serve makes neither', () => {
    expect(problemsOf(POSTGRES)).toEqual([
      expect.stringMatching(/^SYMBOLON_KEK_FILE must be given/),
      expect.stringMatching(/^SYMBOLON_ADMIN_TOKEN_FILE must be given/),
    ]);
    expect(problemsOf({ ...POSTGRES, ...FILES })).toEqual([]);
    expect(problemsOf({ ...POSTGRES, KEK_FILE: 'kek' }, { role: 'gateway' })).toEqual([]);
    expect(problemsOf({ ...POSTGRES, ADMIN_TOKEN_FILE: 'token' }, { role: 'gateway' })).toHaveLength(1);
    const admin = { ...POSTGRES, ISSUER: 'https://id.example' };
    expect(problemsOf({ ...admin, ADMIN_TOKEN_FILE: 'token' }, { role: 'admin' })).toEqual([]);
    expect(problemsOf({ ...admin, KEK_FILE: 'kek' }, { role: 'admin' })).toHaveLength(1);
  });

  test('a data folder beside it is a problem: nobody could tell which database was meant', () => {
    expect(problemsOf({ ...POSTGRES, ...FILES, DATA_DIR: 'data' })).toEqual([
      expect.stringMatching(/^SYMBOLON_DATA_DIR cannot be given beside SYMBOLON_DATABASE_URL/),
    ]);
  });

  test('the URL is in the configuration, and nothing prints it', () => {
    const env = variables({ ...POSTGRES, ...FILES });
    const { storage } = loadConfig({ env, file: null });
    expect(storage.kind === 'postgres' && storage.url.reveal()).toBe(POSTGRES.DATABASE_URL);
    expect(JSON.stringify(storage)).toBe('{"kind":"postgres","url":"[redacted]"}');
  });

  test.each(['db.example', 'http://db', 'db', '', `postgres://db/${'x'.repeat(4096)}`])(
    'what is no URL of it (%s) is a problem that does not repeat it',
    (url) => {
      const problems = problemsOf({ ...FILES, DATABASE_URL: url });
      expect(problems).toHaveLength(1);
      if (url !== '') expect(problems[0]).not.toContain(url);
    },
  );
});

test('A56: roles and workers, which are several processes, are refused on the embedded database', () => {
  for (const role of ['gateway', 'admin'] as const)
    expect(problemsOf({ ISSUER: 'https://id.example' }, { role })).toEqual([
      expect.stringContaining(`--role ${role} needs PostgreSQL`),
    ]);
  expect(problemsOf({ METRICS_LISTEN: '127.0.0.1:0' }, { workers: 2 })).toEqual([
    expect.stringContaining('--workers 2 needs PostgreSQL'),
  ]);
});

test('workers need an address for the metrics of all, and are not for the admin API', () => {
  const settings = { ...POSTGRES, ...FILES, ISSUER: 'https://id.example' };
  expect(problemsOf(settings, { workers: 2 })).toEqual([
    expect.stringMatching(/^SYMBOLON_METRICS_LISTEN must be given/),
  ]);
  const told = { ...settings, METRICS_LISTEN: '127.0.0.1:0' };
  expect(problemsOf(told, { workers: 2 })).toEqual([]);
  expect(problemsOf(told, { workers: 2, role: 'gateway' })).toEqual([]);
  expect(problemsOf(told, { workers: 2, role: 'admin' })).toEqual([expect.stringContaining('--role admin')]);
});

test('an admin API without a gateway must be told the issuer', () => {
  expect(problemsOf({ ...POSTGRES, ADMIN_TOKEN_FILE: 'token' }, { role: 'admin' })).toEqual([
    'SYMBOLON_ISSUER must be given, because with --role admin no gateway tells its address',
  ]);
});

test('TLS needs certificate and key: one without the other would else be plain http', () => {
  expect(problemsOf({ TLS_CERT_FILE: 'tls.crt' })).toEqual([
    'SYMBOLON_TLS_KEY_FILE must be given, because SYMBOLON_TLS_CERT_FILE is, and TLS needs certificate and key',
  ]);
  expect(problemsOf({ TLS_KEY_FILE: 'tls.key' })).toHaveLength(1);
  expect(problemsOf({ TLS_CERT_FILE: 'tls.crt', TLS_KEY_FILE: 'tls.key' })).toEqual([]);
});

test.each(['0', '3601', '-1', '1.5', '1e3', ' 60', '60s', '', '99999999999'])(
  'MAX_POLICY_AGE_SECONDS=%j is a problem',
  (text) => {
    expect(problemsOf({ MAX_POLICY_AGE_SECONDS: text })).toHaveLength(1);
  },
);

test('what belongs together is judged beside what each setting is', () => {
  const problems = problemsOf({
    LISTEN: 'nowhere',
    AUDIT: 'never',
    TRUSTED_PROXIES: '0.0.0.0/0',
    TLS_CERT_FILE: 'x',
    ...POSTGRES,
  });
  expect(problems.map((line) => line.split(' ')[0])).toEqual([
    'SYMBOLON_LISTEN',
    'SYMBOLON_AUDIT',
    'SYMBOLON_TRUSTED_PROXIES',
    'SYMBOLON_KEK_FILE',
    'SYMBOLON_ADMIN_TOKEN_FILE',
    'SYMBOLON_TLS_KEY_FILE',
  ]);
  expect(problems.join()).not.toContain('canary');
});
