import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Config, loadConfig } from '../../../apps/symbolon/src/config/load-config.ts';
import type { Role } from '../../../apps/symbolon/src/config/run-options.ts';
import { SECRET_FILE_NAMES } from '../../../apps/symbolon/src/config/secret-file-names.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), 'utf8');

const guide = read('docs', 'guides', 'install-production.md');
const compose = read('infra', 'compose', 'compose.yaml');

/** The text of the one block with this info string, or of the one with these words in it. */
function block(info: string, words = ''): string {
  const blocks = [...guide.matchAll(/^```([^\n]+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.filter(([, given, text = '']) => given === info && text.includes(words));
  expect(found).toHaveLength(1);
  return found[0]?.[2] ?? '';
}

const statements = (sql: string) => sql.split('\n').filter((line) => line !== '' && !line.startsWith('--'));

test('the logins that the guide makes are those of the compose file', () => {
  const [, shown = ''] = /<<'SQL'\n([\s\S]*?)^SQL$/m.exec(block('sh', 'logins.sql')) ?? [];
  expect(statements(shown)).toEqual(statements(read('infra', 'compose', 'logins.sql')));
});

test('the commands for Docker are those that the compose file gives', () => {
  const [, given = ''] = /^#\n((?:# {3}\S.*\n)+)#$/m.exec(compose) ?? [];
  const commands = given.split('\n').map((line) => line.replace(/^# +/, '').replace(/ {2,}#.*/, ''));
  expect(block('sh docker').trim().split('\n')).toEqual(commands.filter((line) => line !== ''));
});

interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string } };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly secret: { readonly items?: readonly { path: string }[] } }[];
      };
    };
  };
}

function deployment(): Deployment['spec']['template']['spec'] {
  const [first] = parseAllDocuments(block('yaml', 'kind: Deployment'));
  return (parse(String(first)) as Deployment).spec.template.spec;
}

test('a gateway would start with what the Deployment gives it, and gets the key-encryption key alone', () => {
  const { containers, volumes } = deployment();
  const [container] = containers;
  const [command, option, role] = container?.args ?? [];
  expect([command, option]).toEqual(['serve', '--role']);
  const given = container?.env.map(({ name, value }) => [
    name,
    value ?? 'postgres://gateway@127.0.0.1/symbolon',
  ]);
  const env = Object.fromEntries(given ?? []) as Record<string, string>;
  const config: Config = loadConfig({ env, file: null }, { role: role as Role, workers: 1 });
  expect(config).toMatchObject({ role: 'gateway', adminTokenFile: null });
  const [key] = volumes;
  expect(key?.secret.items?.map(({ path }) => path)).toEqual([SECRET_FILE_NAMES.kek]);
  expect(config.kekFile).toBe(`${container?.volumeMounts[0]?.mountPath}/${SECRET_FILE_NAMES.kek}`);
});

test('its probes are asked for where they are', () => {
  const [container] = deployment().containers;
  const probes = ['readinessProbe', 'livenessProbe'] as const;
  const asked = probes.map((probe) => container?.[probe]?.httpGet);
  expect(asked).toEqual([
    { path: '/readyz', port: 'metrics' },
    { path: '/livez', port: 'metrics' },
  ]);
});
