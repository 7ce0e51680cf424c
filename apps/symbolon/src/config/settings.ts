import { z } from 'zod';
import { isLoopbackUrl, parseListenAddress } from './listen-address.ts';

/**
 * The one registry of settings: each is an environment variable with the prefix `SYMBOLON_`, or the same key in the
 * YAML file that `--config` names. A key that is not in it is refused. `docs/reference/configuration.md` is made of it.
 */
export const SETTING_PREFIX = 'SYMBOLON_';

const path = z
  .string()
  .min(1, 'must not be empty')
  .max(4096, 'must have at most 4096 characters')
  .refine((text) => !isSecretItself(text), {
    message:
      'must be the name of a file or folder; what it holds is a secret itself, and is now known to others',
  });
const listen = z.string().transform((text, context) => {
  const address = parseListenAddress(text);
  if (address !== null) return address;
  context.addIssue({
    code: 'custom',
    message: 'must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080 (port 0 takes a free one)',
  });
  return z.NEVER;
});
const issuer = z.string().max(255, 'must have at most 255 characters').refine(isIssuerUrl, {
  message:
    'must be an https URL of plain path segments, without query, fragment, user or trailing slash (http only for a loopback host)',
});

const server = z.string().max(2048, 'must have at most 2048 characters').refine(isServerUrl, {
  message: 'must be an https URL without user, query and fragment (http only for a loopback host)',
});

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
} as const satisfies Readonly<Record<string, Setting>>;

/** What `serve` is told; some of it the other commands read as well. */
export const BROKER_SETTINGS = {
  ISSUER: {
    describe:
      'The `iss` of every credential, and the URL under which relying parties find the discovery document. `exchange` and `doctor` find the gateway by it.',
    scope: 'both',
    range: 'https URL of plain path segments, at most 255 characters; http only for a loopback host',
    default: '`http://` and the address of LISTEN while that is loopback; else it must be given',
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
      'Folder of the embedded database, the admin token and the key-encryption key. One process at a time. The other commands look for the admin token in it.',
    scope: 'both',
    range: 'path of a folder; it is made where it is not there',
    default: './symbolon-data',
    schema: path.prefault('./symbolon-data'),
  },
  KEK_FILE: {
    describe: 'File of the key-encryption key: 32 random bytes in base64url.',
    scope: 'serve',
    range: 'path of a file',
    default: '`key-encryption-key` in DATA_DIR, made on first start',
    schema: path.optional(),
  },
  ADMIN_TOKEN_FILE: {
    describe: 'File of the admin bearer token, at least 32 characters; read again when it changes.',
    scope: 'both',
    range: 'path of a file',
    default: '`admin-token` in DATA_DIR, made on first start',
    schema: path.optional(),
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

/** A JWT, or 32 bytes in base64url as our own keys and tokens are written: given in place of the file that holds it. */
function isSecretItself(text: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text) || /^[\w-]{43}$/.test(text);
}

function isServerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || `${url.username}${url.password}${url.search}${url.hash}` !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(url));
}

function isIssuerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return false;
  if (!/^(\/[A-Za-z0-9._~-]+)*\/?$/.test(url.pathname)) return false;
  const canonical = url.pathname === '/' ? url.origin : `${url.origin}${url.pathname}`;
  return canonical === text && !text.endsWith('/');
}
