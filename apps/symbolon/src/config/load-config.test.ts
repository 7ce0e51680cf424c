import { expect, test } from 'vitest';
import { isServiceLink, type SettingSources } from './given-settings.ts';
import { ConfigError, loadConfig } from './load-config.ts';
import { SETTINGS } from './settings.ts';

function load(env: SettingSources['env'], file: string | null = null) {
  return loadConfig({ env, file: file === null ? null : { path: 'symbolon.yaml', text: file } });
}

function problemsOf(env: SettingSources['env'], file: string | null = null): readonly string[] {
  try {
    load(env, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('without a setting the embedded default listens on loopback only', () => {
  expect(load({ PATH: '/bin' })).toEqual({
    issuer: null,
    listen: { host: '127.0.0.1', port: 8080 },
    adminListen: { host: '127.0.0.1', port: 8081 },
    role: 'all',
    workers: 1,
    storage: { kind: 'embedded', dataDir: './symbolon-data' },
    kekFile: null,
    adminTokenFile: null,
    audit: 'durable',
    maxPolicyAgeSeconds: 60,
    tls: null,
    trustedProxies: [],
    clusterCredentialsDir: null,
    metricsListen: null,
    logLevel: 'info',
  });
});

test('every problem is reported at once, and no value is repeated in it', () => {
  const problems = problemsOf({
    SYMBOLON_LISTEN: 'secret-value',
    SYMBOLON_LOG_LEVEL: 'secret-value',
    SYMBOLON_DATADIR: 'secret-value',
  });
  expect(problems).toHaveLength(3);
  expect(problems.join()).not.toContain('secret-value');
  expect(problems).toContain('SYMBOLON_DATADIR is not a setting. Did you mean SYMBOLON_DATA_DIR?');
});

test('an unknown key of the file is refused with the nearest one', () => {
  expect(problemsOf({}, 'LISSTEN: 127.0.0.1:80')).toEqual([
    'LISSTEN (symbolon.yaml line 1) is not a setting. Did you mean LISTEN?',
  ]);
});

test('the environment wins over the file, and a file that is no map of plain values is refused', () => {
  const file = 'LISTEN: 127.0.0.1:9000\nLOG_LEVEL: warn\n';
  expect(load({ SYMBOLON_LOG_LEVEL: 'debug' }, file)).toMatchObject({
    listen: { port: 9000 },
    logLevel: 'debug',
  });
  expect(problemsOf({}, '[1, 2]')).toHaveLength(1);
  expect(problemsOf({}, 'LISTEN: {host: a}')).toHaveLength(1);
  expect(problemsOf({}, 'LISTEN: "127.0.0.1:1"\nLISTEN: "[::1]:2"')).toEqual([
    'LISTEN (symbolon.yaml line 2) is there already',
  ]);
});

test('every problem of the file is reported at once, by key, file and line, and hides none of the environment', () => {
  const file = [
    'DATA_DIR: [secret-value]',
    '# a comment',
    'LISTEN: secret-value',
    'FOO: secret-value',
    'KEK_FILE: {secret-value: x}',
    'LISTEN: 127.0.0.1:80',
    '[secret-value]: x',
  ].join('\n');
  const problems = problemsOf({ SYMBOLON_LOG_LEVEL: 'secret-value' }, file);
  expect(problems).toEqual([
    'DATA_DIR (symbolon.yaml line 1) must be a plain value, not a list or a map',
    'KEK_FILE (symbolon.yaml line 5) must be a plain value, not a list or a map',
    'LISTEN (symbolon.yaml line 6) is there already',
    'symbolon.yaml line 7: the name of a setting must be a plain word',
    'FOO (symbolon.yaml line 4) is not a setting',
    expect.stringMatching(/^LISTEN \(symbolon\.yaml line 3\) must be HOST:PORT/),
    'SYMBOLON_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
  ]);
});

test.each([
  ['LISTEN: "127', 1, /this is not YAML/],
  ['LISTEN: 127.0.0.1:80\n\tLOG_LEVEL: info', 2, /a tab cannot indent|is a ":" missing/],
  ['LISTEN: 127.0.0.1:80\n secret-value: a\nLOG_LEVEL: info', 1, /is a line break missing/],
  ['LISTEN: a: secret-value', 1, /./],
  ['LISTEN: a\n---\nLISTEN: b', 2, /this is not YAML/],
])('what is no YAML (%j) is named with file and line, and not repeated', (file, line, words) => {
  const problems = problemsOf({ SYMBOLON_NONSENSE: '' }, file);
  expect(problems[0]).toMatch(new RegExp(`^symbolon\\.yaml line ${line}: `));
  expect(problems[0]).toMatch(words);
  expect(problems.at(-1)).toBe('SYMBOLON_NONSENSE is not a setting');
  expect(problems.join()).not.toContain('secret-value');
});

test('a file that is empty, has comments alone, or an alias of a plain value is well', () => {
  for (const file of ['', '\n', '# nothing\n', '---\n']) expect(problemsOf({}, file)).toEqual([]);
  expect(load({}, 'DATA_DIR: &dir /data\nKEK_FILE: *dir').kekFile).toBe('/data');
});

test('a setting is named as the nearest one only where most of the word is right', () => {
  const told = (name: string) => problemsOf({ [`SYMBOLON_${name}`]: 'x' });
  expect(told('FOO')).toEqual(['SYMBOLON_FOO is not a setting']);
  expect(told('ISSUR')).toEqual(['SYMBOLON_ISSUR is not a setting. Did you mean SYMBOLON_ISSUER?']);
  expect(told('X'.repeat(100_000))[0]).toMatch(/X is not a setting$/);
  expect(problemsOf({}, 'SYMBOLON_LISTEN: x')).toEqual([
    'SYMBOLON_LISTEN (symbolon.yaml line 1) is not a setting. Did you mean LISTEN?',
  ]);
});

test('A55: service links that a Service of our name injects into a pod do not disturb the start', () => {
  const links = {
    SYMBOLON_SERVICE_HOST: '10.0.0.12',
    SYMBOLON_SERVICE_PORT: '8080',
    SYMBOLON_SERVICE_PORT_HTTP: '8080',
    SYMBOLON_PORT: 'tcp://10.0.0.12:8080',
    SYMBOLON_PORT_8080_TCP: 'tcp://10.0.0.12:8080',
    SYMBOLON_PORT_8080_TCP_PROTO: 'tcp',
    SYMBOLON_PORT_8080_TCP_PORT: '8080',
    SYMBOLON_PORT_8080_TCP_ADDR: '10.0.0.12',
    SYMBOLON_ADMIN_SERVICE_HOST: '10.0.0.13',
    SYMBOLON_ADMIN_PORT_8081_TCP_ADDR: '10.0.0.13',
  };
  expect(load(links).listen.port).toBe(8080);
});

test('A55: no setting of ours can be mistaken for a service link', () => {
  expect(Object.keys(SETTINGS).filter(isServiceLink)).toEqual([]);
});

test('a gateway that is not on loopback needs an issuer', () => {
  expect(problemsOf({ SYMBOLON_LISTEN: '0.0.0.0:8080' })).toEqual([
    'SYMBOLON_ISSUER must be given, because the gateway listens on 0.0.0.0, which is not loopback',
  ]);
  const given = load({ SYMBOLON_LISTEN: '0.0.0.0:8080', SYMBOLON_ISSUER: 'https://id.example' });
  expect(given.issuer).toBe('https://id.example');
});

test.each([
  'http://id.example',
  'https://id.example/',
  'https://id.example?x=1',
  'https://id.example#x',
  'https://user@id.example',
  'https://ID.example',
  'https://id.example/:tenant',
  'https://id.example/a*',
  'id.example',
  '',
])('S46: refuses the issuer %s', (issuer) => {
  expect(problemsOf({ SYMBOLON_ISSUER: issuer })).toHaveLength(1);
});

test.each(['https://id.example', 'https://id.example/broker', 'http://127.0.0.1:8080', 'http://localhost:1'])(
  'S46: takes the issuer %s',
  (issuer) => {
    expect(load({ SYMBOLON_ISSUER: issuer }).issuer).toBe(issuer);
  },
);
