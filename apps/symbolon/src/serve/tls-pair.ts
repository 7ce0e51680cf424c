import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from '../config/load-config.ts';

/** A certificate chain and the private key of its first certificate: judged, and fit to be served. */
export interface TlsPair {
  /** Both in PEM. */
  readonly cert: string;
  readonly key: string;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
}

/** Why a pair is not served, in words that hold nothing of a file. */
export type TlsTrouble =
  | 'a file cannot be read'
  | 'the certificate is not PEM of X.509'
  | 'the key is not an unencrypted private key in PEM'
  | 'the key is not that of the certificate';

export type JudgedTlsPair =
  | { readonly kind: 'fit'; readonly pair: TlsPair }
  | { readonly kind: 'unfit'; readonly trouble: TlsTrouble };

/** Reads and judges the files as they are now. A pair that is half replaced is unfit, and fit at a later reading. */
export function readTlsPair({ certFile, keyFile }: TlsFiles): JudgedTlsPair {
  let cert: string;
  let key: string;
  try {
    cert = readFileSync(certFile, 'utf8');
    key = readFileSync(keyFile, 'utf8');
  } catch {
    return unfit('a file cannot be read');
  }
  return judgeTlsPair(cert, key);
}

export function judgeTlsPair(cert: string, key: string): JudgedTlsPair {
  const certificate = attempt(() => new X509Certificate(cert));
  if (certificate === null) return unfit('the certificate is not PEM of X.509');
  const privateKey = attempt(() => createPrivateKey(key));
  if (privateKey === null) return unfit('the key is not an unencrypted private key in PEM');
  if (!certificate.checkPrivateKey(privateKey)) return unfit('the key is not that of the certificate');
  // What stands behind the first certificate is read here alone.
  if (attempt(() => createSecureContext({ cert, key })) === null)
    return unfit('the certificate is not PEM of X.509');
  return { kind: 'fit', pair: { cert, key, expiresAtMs: certificate.validToDate.getTime() } };
}

function unfit(trouble: TlsTrouble): JudgedTlsPair {
  return { kind: 'unfit', trouble };
}

/** Null where OpenSSL refuses; its words quote what it was given. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
