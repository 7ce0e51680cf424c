import { z } from 'zod';
import { parseListenAddress } from './listen-address.ts';

/**
 * The one registry of settings: each is an environment variable with the prefix `SYMBOLON_`, or the same key in the
 * YAML file that `--config` names. A key that is not in it is refused.
 */
export const SETTING_PREFIX = 'SYMBOLON_';

const path = z.string().min(1, 'must not be empty').max(4096);
const listen = z.string().transform((text, context) => {
  const address = parseListenAddress(text);
  if (address !== null) return address;
  context.addIssue({
    code: 'custom',
    message: 'must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080 (port 0 takes a free one)',
  });
  return z.NEVER;
});
const issuer = z.string().max(255).refine(isIssuerUrl, {
  message:
    'must be an https URL of plain path segments, without query, fragment, user or trailing slash (http only for a loopback host)',
});

export const SETTINGS = {
  ISSUER: {
    describe:
      'The `iss` of every credential, and the URL under which relying parties find the discovery document.',
    default: '`http://` and the bound address while that is loopback; else it must be given',
    schema: issuer.optional(),
  },
  LISTEN: {
    describe: 'Where the gateway listens: token endpoint, discovery, probes.',
    default: '127.0.0.1:8080',
    schema: listen.prefault('127.0.0.1:8080'),
  },
  ADMIN_LISTEN: {
    describe: 'Where the admin API listens.',
    default: '127.0.0.1:8081',
    schema: listen.prefault('127.0.0.1:8081'),
  },
  DATA_DIR: {
    describe:
      'Folder of the embedded database, the admin token and the key-encryption key. One process at a time.',
    default: './symbolon-data',
    schema: path.prefault('./symbolon-data'),
  },
  KEK_FILE: {
    describe: 'File of the key-encryption key: 32 random bytes in base64url.',
    default: '`key-encryption-key` in DATA_DIR, made on first start',
    schema: path.optional(),
  },
  ADMIN_TOKEN_FILE: {
    describe: 'File of the admin bearer token; read again when it changes.',
    default: '`admin-token` in DATA_DIR, made on first start',
    schema: path.optional(),
  },
  CLUSTER_CREDENTIALS_DIR: {
    describe: 'The only folder from which a cluster credential of kind `tokenFile` may be read.',
    default: 'none: `tokenFile` is refused',
    schema: path.optional(),
  },
  LOG_LEVEL: {
    describe: 'Least severe level that is logged: trace, debug, info, warn, error, fatal or silent.',
    default: 'info',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).prefault('info'),
  },
} as const;

export type SettingName = keyof typeof SETTINGS;

function isIssuerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return false;
  if (!/^(\/[A-Za-z0-9._~-]+)*\/?$/.test(url.pathname)) return false;
  const canonical = url.pathname === '/' ? url.origin : `${url.origin}${url.pathname}`;
  return canonical === text && !text.endsWith('/');
}
