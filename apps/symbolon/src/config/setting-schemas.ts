import { z } from 'zod';
import { isLoopbackUrl, parseListenAddress } from './listen-address.ts';
import { parseNetworks } from './network.ts';
import { createSecret } from './secret.ts';

/* The forms that a text given for a setting may have. No message repeats the text: it may be a secret in the wrong place. */

export const path = z
  .string()
  .min(1, 'must not be empty')
  .max(4096, 'must have at most 4096 characters')
  .refine((text) => !isSecretItself(text), {
    message:
      'must be the name of a file or folder; what it holds is a secret itself, and is now known to others',
  });
export const listen = z.string().transform((text, context) => {
  const address = parseListenAddress(text);
  if (address !== null) return address;
  context.addIssue({
    code: 'custom',
    message: 'must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080 (port 0 takes a free one)',
  });
  return z.NEVER;
});
export const issuer = z.string().max(255, 'must have at most 255 characters').refine(isIssuerUrl, {
  message:
    'must be an https URL of plain path segments, without query, fragment, user or trailing slash (http only for a loopback host)',
});

export const server = z.string().max(2048, 'must have at most 2048 characters').refine(isServerUrl, {
  message: 'must be an https URL without user, query and fragment (http only for a loopback host)',
});

/** A whole number in decimal digits, from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be from ${least} to ${most}`);
}

/** Holds a password. What comes out of it prints as redacted. */
export const databaseUrl = z
  .string()
  .max(4096, 'must have at most 4096 characters')
  .refine(isDatabaseUrl, {
    message: 'must be a URL of PostgreSQL, such as postgres://user:password@host:5432/database',
  })
  .transform(createSecret);

export const networks = z.string().transform((text, context) => {
  const parsed = parseNetworks(text);
  if (parsed !== null) return parsed;
  context.addIssue({
    code: 'custom',
    message:
      'must be IP addresses or networks with commas between them, such as 10.0.0.7,10.1.0.0/16,2001:db8::/32, and none that is everybody',
  });
  return z.NEVER;
});

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

function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'postgres:' || url.protocol === 'postgresql:');
}
