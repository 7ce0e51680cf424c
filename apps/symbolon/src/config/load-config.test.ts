import { expect, test } from 'vitest';
import { isServiceLink, type SettingSources } from './given-settings.ts';
import { ConfigError, loadConfig } from './load-config.ts';
import { SETTINGS } from './settings.ts';

function load(env: SettingSources['env'], file: string | null = null) {
  return loadConfig({ env, file });
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
    dataDir: './symbolon-data',
    kekFile: null,
    adminTokenFile: null,
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
  expect(problems).toContain('SYMBOLON_DATADIR is not a setting; the nearest one is SYMBOLON_DATA_DIR');
});

test('an unknown key of the file is refused with the nearest one', () => {
  expect(problemsOf({}, 'LISSTEN: 127.0.0.1:80')).toEqual([
    'LISSTEN in the configuration file is not a setting; the nearest one is LISTEN',
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
  expect(problemsOf({}, 'LISTEN: "a:1"\nLISTEN: "b:2"')).toEqual(['the configuration file is not YAML']);
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
