import { z } from 'zod';
import { type GivenSettings, readGivenSettings, type SettingSources } from './given-settings.ts';
import { isLoopbackHost, type ListenAddress } from './listen-address.ts';
import { SETTING_PREFIX, SETTINGS, type SettingName } from './settings.ts';

/** What the process was told, checked once at start and frozen. */
export interface Config {
  /** Null: the address that the gateway is bound to, known once it listens. */
  readonly issuer: string | null;
  readonly listen: ListenAddress;
  readonly adminListen: ListenAddress;
  /** Null: the gateway serves the metrics. */
  readonly metricsListen: ListenAddress | null;
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

/** The settings that the broker itself has; those of the commands alone do not disturb it. */
type BrokerSettingName = {
  [Name in SettingName]: (typeof SETTINGS)[Name]['scope'] extends 'cli' ? never : Name;
}[SettingName];

const schema = z.strictObject(
  Object.fromEntries(
    Object.entries(SETTINGS)
      .filter(([, { scope }]) => scope !== 'cli')
      .map(([name, setting]) => [name, setting.schema]),
  ) as { [Name in BrokerSettingName]: (typeof SETTINGS)[Name]['schema'] },
);

/** Reads the environment and the file. Throws `ConfigError` with all problems at once. */
export function loadConfig(sources: SettingSources): Config {
  const { given, problems: unread } = readGivenSettings(sources);
  const { config, problems } = judgeConfig(given);
  if (config === null || unread.length > 0) throw new ConfigError([...unread, ...problems]);
  return config;
}

/** What the broker would run with, or else every problem in what was given. */
export function judgeConfig(given: GivenSettings['given']): {
  readonly config: Config | null;
  readonly problems: readonly string[];
} {
  const values = [...given].filter(([name]) => SETTINGS[name].scope !== 'cli');
  const parsed = schema.safeParse(Object.fromEntries(values.map(([name, { text }]) => [name, text])));
  if (!parsed.success)
    return { config: null, problems: parsed.error.issues.map((issue) => issueLine(issue, given)) };
  const config = toConfig(parsed.data);
  if (config.issuer !== null || isLoopbackHost(config.listen.host)) return { config, problems: [] };
  const problem = `${SETTING_PREFIX}ISSUER must be given, because the gateway listens on ${config.listen.host}, which is not loopback`;
  return { config: null, problems: [problem] };
}

function toConfig(values: z.output<typeof schema>): Config {
  return Object.freeze({
    issuer: values.ISSUER ?? null,
    listen: values.LISTEN,
    adminListen: values.ADMIN_LISTEN,
    metricsListen: values.METRICS_LISTEN ?? null,
    dataDir: values.DATA_DIR,
    kekFile: values.KEK_FILE ?? null,
    adminTokenFile: values.ADMIN_TOKEN_FILE ?? null,
    clusterCredentialsDir: values.CLUSTER_CREDENTIALS_DIR ?? null,
    logLevel: values.LOG_LEVEL,
  });
}

function issueLine({ path, message }: z.core.$ZodIssue, given: GivenSettings['given']): string {
  const name = path[0] as SettingName;
  return `${given.get(name)?.where ?? `${SETTING_PREFIX}${name}`} ${message}`;
}
