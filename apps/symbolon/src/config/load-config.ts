import { nearest } from '@symbolon/core';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { isLoopbackHost, type ListenAddress } from './listen-address.ts';
import { SETTING_PREFIX, SETTINGS, type SettingName } from './settings.ts';

/** What the process was told, checked once at start and frozen. */
export interface Config {
  /** Null: the address that the gateway is bound to, known once it listens. */
  readonly issuer: string | null;
  readonly listen: ListenAddress;
  readonly adminListen: ListenAddress;
  readonly dataDir: string;
  readonly kekFile: string | null;
  readonly adminTokenFile: string | null;
  readonly clusterCredentialsDir: string | null;
  readonly logLevel: string;
}

/** Every problem of the configuration, one line each. No value is in it: a value may be a secret in the wrong place. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`);
    this.problems = problems;
  }
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the YAML file, or null without `--config`. The environment wins over it. */
  readonly file: string | null;
}

const schema = z.strictObject(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, setting.schema])) as {
    [Name in SettingName]: (typeof SETTINGS)[Name]['schema'];
  },
);

/** Reads the environment and the file. Throws `ConfigError` with all problems at once. */
export function loadConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const values = { ...fromFile(sources.file, problems), ...fromEnvironment(sources.env, problems) };
  const parsed = schema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.map(issueLine));
  const config = parsed.success ? toConfig(parsed.data) : null;
  if (config !== null && config.issuer === null && !isLoopbackHost(config.listen.host)) {
    problems.push(
      `${SETTING_PREFIX}ISSUER must be given, because the gateway listens on ${config.listen.host}, which is not loopback`,
    );
  }
  if (config === null || problems.length > 0) throw new ConfigError(problems);
  return config;
}

function toConfig(values: z.output<typeof schema>): Config {
  return Object.freeze({
    issuer: values.ISSUER ?? null,
    listen: values.LISTEN,
    adminListen: values.ADMIN_LISTEN,
    dataDir: values.DATA_DIR,
    kekFile: values.KEK_FILE ?? null,
    adminTokenFile: values.ADMIN_TOKEN_FILE ?? null,
    clusterCredentialsDir: values.CLUSTER_CREDENTIALS_DIR ?? null,
    logLevel: values.LOG_LEVEL,
  });
}

function fromEnvironment(env: ConfigSources['env'], problems: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.startsWith(SETTING_PREFIX)) continue;
    const name = variable.slice(SETTING_PREFIX.length);
    if (isSetting(name)) values[name] = value;
    else if (!isServiceLink(name))
      problems.push(unknownLine(variable, `${SETTING_PREFIX}${nearestSetting(name)}`));
  }
  return values;
}

function fromFile(text: string | null, problems: string[]): Record<string, string> {
  if (text === null) return {};
  let document: unknown;
  try {
    document = parseYaml(text, { strict: true, uniqueKeys: true, schema: 'failsafe' });
  } catch {
    problems.push('the configuration file is not YAML');
    return {};
  }
  const shape = z.record(z.string(), z.string()).safeParse(document ?? {});
  if (!shape.success) {
    problems.push(
      'the configuration file must map setting names to plain values, such as "LISTEN: 127.0.0.1:8080"',
    );
    return {};
  }
  const unknown = Object.keys(shape.data).filter((name) => !isSetting(name));
  problems.push(
    ...unknown.map((name) => unknownLine(`${name} in the configuration file`, nearestSetting(name))),
  );
  return Object.fromEntries(Object.entries(shape.data).filter(([name]) => isSetting(name)));
}

/**
 * Kubernetes injects such variables for every Service beside a pod: one that shares our name must not disturb a
 * start. No setting of ours may end like one (settings.test.ts).
 */
export function isServiceLink(name: string): boolean {
  return /(^|_)(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_\d+_.*)$/.test(name);
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

function nearestSetting(name: string): string {
  return nearest(name.replace(SETTING_PREFIX, ''), Object.keys(SETTINGS)).candidate;
}

function unknownLine(what: string, suggestion: string): string {
  return `${what} is not a setting; the nearest one is ${suggestion}`;
}

function issueLine(issue: z.core.$ZodIssue): string {
  return `${SETTING_PREFIX}${String(issue.path[0])} ${issue.message}`;
}
