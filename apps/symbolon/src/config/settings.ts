import { z } from 'zod';
import { databaseUrl, issuer, listen, networks, path, server, wholeNumber } from './setting-schemas.ts';

/**
 * The one registry of settings: each is an environment variable with the prefix `SYMBOLON_`, or the same key in the
 * YAML file that `--config` names. A key that is not in it is refused. `docs/reference/configuration.md` is made of it.
 */
export const SETTING_PREFIX = 'SYMBOLON_';

const AUDIT_MODES = ['durable', 'relaxed'] as const;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What a setting is, beside its name: enough to check a value, and to write the reference page. */
export interface Setting {
  readonly describe: string;
  /** Whose it is: the broker's (`serve`), the other commands' (`cli`), or of both. Each ignores the other's. */
  readonly scope: 'serve' | 'cli' | 'both';
  /** The values that it takes, with their unit where they have one. */
  readonly range: string;
  /** The value without one given, or how it is found. */
  readonly default: string;
  readonly schema: z.ZodType;
  /** The value itself is one, so that nothing shows it. */
  readonly isSecret?: true;
}

/** What the commands beside `serve` are told in addition. */
export const CLI_SETTINGS = {
  SERVER: {
    describe: 'The admin API that the commands speak to.',
    scope: 'cli',
    range: 'https URL; http only for a loopback host',
    default: 'http://127.0.0.1:8081',
    schema: server.prefault('http://127.0.0.1:8081'),
  },
  TOKEN_FILE: {
    describe: 'File of the bearer token that the commands show to the admin API.',
    scope: 'cli',
    range: 'path of a file',
    default: '`admin-token` in DATA_DIR',
    schema: path.optional(),
  },
  CA_FILE: {
    describe: 'Certificates, in PEM, that the commands trust in place of those that Node brings.',
    scope: 'cli',
    range: 'path of a file',
    default: 'none: the certificates that Node brings',
    schema: path.optional(),
  },
  CONTEXT: {
    describe: 'Name of the context, a remembered server, that the commands use in place of the chosen one.',
    scope: 'cli',
    range: 'name of a context',
    default: 'the one that `symbolon context use` chose',
    schema: z.string().min(1, 'must not be empty').max(253, 'must have at most 253 characters').optional(),
  },
  SUBJECT_TOKEN_FILE: {
    describe: 'File of the ServiceAccount token that `exchange` shows to the broker.',
    scope: 'cli',
    range: 'path of a file',
    default: '/var/run/secrets/symbolon/token',
    schema: path.prefault('/var/run/secrets/symbolon/token'),
  },
  MIGRATE_DATABASE_URL: {
    describe:
      'Where `migrate` and `admin reset-token` find PostgreSQL: a login that owns the schema. Never shown, and never read by the broker.',
    scope: 'cli',
    range: 'postgres:// URL',
    default: 'none',
    schema: databaseUrl.optional(),
    isSecret: true,
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** What `serve` is told; some of it the other commands read as well. */
export const BROKER_SETTINGS = {
  ISSUER: {
    describe:
      'The `iss` of every credential, and the URL under which relying parties find the discovery document. `exchange` and `doctor` find the gateway by it.',
    scope: 'both',
    range: 'https URL of plain path segments, at most 255 characters; http only for a loopback host',
    default:
      '`http://` (`https://` with TLS_CERT_FILE) and the address of LISTEN while that is loopback; else, and with `--role admin`, it must be given',
    schema: issuer.optional(),
  },
  LISTEN: {
    describe: 'Where the gateway listens: token endpoint, discovery, probes.',
    scope: 'serve',
    range: 'HOST:PORT, port 0 to 65535; 0 takes a free one',
    default: '127.0.0.1:8080',
    schema: listen.prefault('127.0.0.1:8080'),
  },
  ADMIN_LISTEN: {
    describe: 'Where the admin API listens.',
    scope: 'serve',
    range: 'HOST:PORT, port 0 to 65535; 0 takes a free one',
    default: '127.0.0.1:8081',
    schema: listen.prefault('127.0.0.1:8081'),
  },
  METRICS_LISTEN: {
    describe:
      'Where metrics and probes have a server of their own; the gateway then serves no metrics. Metrics tell nothing of callers, but name the clusters.',
    scope: 'serve',
    range: 'HOST:PORT, port 0 to 65535; 0 takes a free one',
    default: 'none: `GET /metrics` is served where LISTEN says, to whoever reaches it',
    schema: listen.optional(),
  },
  DATA_DIR: {
    describe:
      'Folder of the embedded database, the admin token and the key-encryption key. One process at a time. The other commands look for the admin token in it. Not beside DATABASE_URL.',
    scope: 'both',
    range: 'path of a folder; it is made where it is not there',
    default: './symbolon-data',
    schema: path.prefault('./symbolon-data'),
  },
  DATABASE_URL: {
    describe: 'PostgreSQL in place of the embedded database. Holds a password, and is never shown.',
    scope: 'serve',
    range: 'postgres:// URL',
    default: 'none: the embedded database in DATA_DIR',
    schema: databaseUrl.optional(),
    isSecret: true,
  },
  KEK_FILE: {
    describe: 'File of the key-encryption key: 32 random bytes in base64url. Read by gateways alone.',
    scope: 'serve',
    range: 'path of a file',
    default: '`key-encryption-key` in DATA_DIR, made on first start; with DATABASE_URL it must be given',
    schema: path.optional(),
  },
  ADMIN_TOKEN_FILE: {
    describe:
      'File of the admin bearer token, at least 32 characters; read again when it changes. Not read by `--role gateway`.',
    scope: 'both',
    range: 'path of a file',
    default: '`admin-token` in DATA_DIR, made on first start; with DATABASE_URL it must be given',
    schema: path.optional(),
  },
  AUDIT: {
    describe:
      'Whether an exchange is answered once its record is written (durable), or before (relaxed), so that a crash may lose the records of the last moments.',
    scope: 'serve',
    range: AUDIT_MODES.join(' or '),
    default: 'durable',
    schema: z.enum(AUDIT_MODES, `must be one of ${AUDIT_MODES.join(', ')}`).prefault('durable'),
  },
  MAX_POLICY_AGE_SECONDS: {
    describe:
      'With relaxed audit, how long exchanges go on by the last configuration while the database cannot be reached; then they are answered 503.',
    scope: 'serve',
    range: '1 to 3600 seconds',
    default: '60',
    schema: wholeNumber(1, 3600).prefault('60'),
  },
  TLS_CERT_FILE: {
    describe:
      'Certificate chain, in PEM, of the gateway and the admin API, which then speak TLS alone; METRICS_LISTEN stays plain http. Read again when it changes. Only with TLS_KEY_FILE.',
    scope: 'serve',
    range: 'path of a file',
    default: 'none: plain http',
    schema: path.optional(),
  },
  TLS_KEY_FILE: {
    describe: 'Private key, in PEM, of that certificate. Only with TLS_CERT_FILE.',
    scope: 'serve',
    range: 'path of a file',
    default: 'none',
    schema: path.optional(),
  },
  TRUSTED_PROXIES: {
    describe:
      'The proxies in front of gateway and admin API: of them alone `Forwarded` or `X-Forwarded-For` is read, for the address of the client in the log. Host and scheme are never taken from a header.',
    scope: 'serve',
    range: 'IP addresses or networks, with commas between them',
    default: 'none: the client is whoever is connected',
    schema: networks.optional(),
  },
  CLUSTER_CREDENTIALS_DIR: {
    describe: 'The only folder from which a cluster credential of kind `tokenFile` may be read.',
    scope: 'serve',
    range: 'path of a folder',
    default: 'none: `tokenFile` is refused',
    schema: path.optional(),
  },
  LOG_LEVEL: {
    describe: 'Least severe level that is logged.',
    scope: 'serve',
    range: `${LOG_LEVELS.slice(0, -1).join(', ')} or ${LOG_LEVELS.at(-1)}`,
    default: 'info',
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).prefault('info'),
  },
} as const satisfies Readonly<Record<string, Setting>>;

export const SETTINGS = { ...BROKER_SETTINGS, ...CLI_SETTINGS } as const;

export type SettingName = keyof typeof SETTINGS;
