import { constants, createHmac, sign } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

/**
 * Who signs: a key by its own algorithm, an HMAC secret (for attempts to pass a public key off as one), or
 * nobody (an empty signature).
 */
export type RawSigner = SigningKey | { hmacSecret: string | Uint8Array } | 'unsigned';

/**
 * A compact JWS over exactly what is given. Strings go in as they are, so that duplicate members and broken
 * JSON can be written; the header is free to lie about the signer.
 */
export function signRaw(header: object | string, payload: object | string, signer: RawSigner): string {
  const signingInput = `${encode(header)}.${encode(payload)}`;
  return `${signingInput}.${signatureOver(Buffer.from(signingInput), signer).toString('base64url')}`;
}

function encode(part: object | string): string {
  const text = typeof part === 'string' ? part : JSON.stringify(part);
  return Buffer.from(text).toString('base64url');
}

function signatureOver(input: Buffer, signer: RawSigner): Buffer {
  if (signer === 'unsigned') return Buffer.alloc(0);
  if ('hmacSecret' in signer) return createHmac('sha256', signer.hmacSecret).update(input).digest();
  const key = signer.privateKey;
  switch (signer.alg) {
    case 'RS256':
      return sign('sha256', input, key);
    case 'PS256':
      return sign('sha256', input, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    case 'ES256':
      return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
    case 'ES384':
      return sign('sha384', input, { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, input, key);
  }
}
