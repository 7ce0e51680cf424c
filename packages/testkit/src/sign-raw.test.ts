import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signRaw } from './sign-raw.ts';
import { createSigningKey, type SigningAlgorithm } from './signing-key.ts';

const WEB_CRYPTO = {
  RS256: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, { name: 'RSASSA-PKCS1-v1_5' }],
  PS256: [
    { name: 'RSA-PSS', hash: 'SHA-256' },
    { name: 'RSA-PSS', saltLength: 32 },
  ],
  ES256: [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
  ],
  ES384: [
    { name: 'ECDSA', namedCurve: 'P-384' },
    { name: 'ECDSA', hash: 'SHA-384' },
  ],
  EdDSA: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
} as const;

test.each(Object.keys(WEB_CRYPTO) as SigningAlgorithm[])(
  'signs %s as Web Crypto verifies it',
  async (alg) => {
    const key = createSigningKey(alg);
    const [importing, verifying] = WEB_CRYPTO[alg];
    const { kid: _, use: __, ...jwk } = key.publicJwk;
    const token = signRaw({ alg }, { sub: 'x' }, key);
    const [input, signature] = splitSignature(token);

    const publicKey = await crypto.subtle.importKey('jwk', jwk, importing, false, ['verify']);
    expect(await crypto.subtle.verify(verifying, publicKey, signature, Buffer.from(input))).toBe(true);
  },
);

test('writes strings as they are, duplicate members included', () => {
  const token = signRaw('{"alg":"RS256","alg":"none"}', '{"aud":"a","aud":"b"', 'unsigned');
  const [header = '', payload = '', signature] = token.split('.');

  expect(decode(header)).toBe('{"alg":"RS256","alg":"none"}');
  expect(decode(payload)).toBe('{"aud":"a","aud":"b"');
  expect(signature).toBe('');
});

test('signs with an HMAC secret, for a public key passed off as one', () => {
  const { publicKeyPem } = createSigningKey('ES256');
  const [input, signature] = splitSignature(signRaw({ alg: 'HS256' }, {}, { hmacSecret: publicKeyPem }));

  expect(signature).toEqual(createHmac('sha256', publicKeyPem).update(input).digest());
});

function splitSignature(token: string): [string, Buffer<ArrayBuffer>] {
  const at = token.lastIndexOf('.');
  return [token.slice(0, at), Buffer.from(token.slice(at + 1), 'base64url')];
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}
