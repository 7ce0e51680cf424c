import { z } from 'zod';
import { type GivenSettings, readGivenSettings, type SettingSources, whereOf } from './given-settings.ts';
import { judgeTogether } from './judge-together.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Network } from './network.ts';
import { type RunOptions, SINGLE_PROCESS } from './run-options.ts';
import type { Secret } from './secret.ts';
import { SETTINGS, type SettingName } from './settings.ts';

/** What the process was told, checked once at start and frozen. */
export interface Config extends RunOptions {
  /** Null: the address that the gateway is bound to, known once it listens. */
  readonly issuer: string | null;
  readonly listen: ListenAddress;
  readonly adminListen: ListenAddress;
  /** Null: the gateway serves the metrics. */
  readonly metricsListen: ListenAddress | null;
  readonly storage: StorageConfig;
  /** Null: in the data folder. With PostgreSQL never null where the role holds keys. */
  readonly kekFile: string | null;
  /** Null: in the data folder. With PostgreSQL never null where the role has the admin API. */
  readonly adminTokenFile: string | null;
  readonly audit: 'durable' | 'relaxed';
  readonly maxPolicyAgeSeconds: number;
  /** Null: plain http. */
  readonly tls: TlsFiles | null;
  /** Of whose connections the forwarded address of the client is read. */
  readonly trustedProxies: readonly Network[];
  readonly clusterCredentialsDir: string | null;
  readonly logLevel: string;
}

/** Where the state is. */
export type StorageConfig =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: Secret };

/** Both in PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
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
export function loadConfig(sources: SettingSources, run: RunOptions = SINGLE_PROCESS): Config {
  const { given, problems: unread } = readGivenSettings(sources);
  const { config, problems } = judgeConfig(given, run);
  if (config === null || unread.length > 0) throw new ConfigError([...unread, ...problems]);
  return config;
}

/** What the broker would run with, or else every problem in what was given. */
export function judgeConfig(
  given: GivenSettings['given'],
  run: RunOptions = SINGLE_PROCESS,
): { readonly config: Config | null; readonly problems: readonly string[] } {
  const values = [...given].filter(([name]) => SETTINGS[name].scope !== 'cli');
  const parsed = schema.safeParse(Object.fromEntries(values.map(([name, { text }]) => [name, text])));
  const ofEach = parsed.error?.issues.map((issue) => issueLine(issue, given)) ?? [];
  const problems = [...ofEach, ...judgeTogether(given, run)];
  const config = parsed.success && problems.length === 0 ? toConfig(parsed.data, run) : null;
  return { config, problems };
}

function toConfig(values: z.output<typeof schema>, { role, workers }: RunOptions): Config {
  const { DATABASE_URL: url, TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = values;
  return Object.freeze<Config>({
    role,
    workers,
    issuer: values.ISSUER ?? null,
    listen: values.LISTEN,
    adminListen: values.ADMIN_LISTEN,
    metricsListen: values.METRICS_LISTEN ?? null,
    storage: url === undefined ? { kind: 'embedded', dataDir: values.DATA_DIR } : { kind: 'postgres', url },
    kekFile: values.KEK_FILE ?? null,
    adminTokenFile: values.ADMIN_TOKEN_FILE ?? null,
    audit: values.AUDIT,
    maxPolicyAgeSeconds: values.MAX_POLICY_AGE_SECONDS,
    tls: certFile === undefined || keyFile === undefined ? null : { certFile, keyFile },
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    clusterCredentialsDir: values.CLUSTER_CREDENTIALS_DIR ?? null,
    logLevel: values.LOG_LEVEL,
  });
}

function issueLine({ path, message }: z.core.$ZodIssue, given: GivenSettings['given']): string {
  const name = path[0] as SettingName;
  return `${whereOf(name, given)} ${message}`;
}
