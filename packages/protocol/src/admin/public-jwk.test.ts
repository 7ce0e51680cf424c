import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { jwksSource } from './jwks-source.ts';
import { detailsOf, problemsOf } from './test-support.ts';

const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): object } }) =>
  pair.publicKey.export({ format: 'jwk' }) as Record<string, string>;
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  jwkOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }));

const RSA = rsa(2048);
const EC = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const ED = jwkOf(generateKeyPairSync('ed25519'));

const problems = (...keys: object[]) => problemsOf(jwksSource, { source: 'inline', keys });
const problemsOfOne = async (key: object) =>
  (await problems(key)).map((pointer) => pointer.replace('/keys/0', ''));

test('a set is 1 to 100 keys', async () => {
  expect(await problems()).toEqual(['/keys']);
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...ED, kid: `k${index}` }));
  expect(await problems(...many(100))).toEqual([]);
  expect(await problems(...many(101))).toEqual(['/keys']);
});

describe('A20: key ids', () => {
  test('may be left out of a single key', async () => {
    expect(await problems(RSA)).toEqual([]);
  });

  test('are required where there are several, and differ', async () => {
    expect(await problems({ ...RSA, kid: 'a' }, { ...EC, kid: 'b' })).toEqual([]);
    expect(await problems({ ...RSA, kid: 'a' }, EC)).toEqual(['/keys/1/kid']);
    expect(await problems({ ...RSA, kid: 'a' }, { ...EC, kid: 'b' }, { ...ED, kid: 'a' })).toEqual([
      '/keys/2/kid',
    ]);
    expect(await problemsOfOne({ ...RSA, kid: '' })).toEqual(['/kid']);
    expect(await problemsOfOne({ ...RSA, kid: 'a b' })).toEqual(['/kid']);
  });
});

test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
  'A54: the private or symmetric member %s is refused by name, in every type of key',
  async (member) => {
    for (const key of [RSA, EC, ED]) {
      expect(await problemsOfOne({ ...key, [member]: 'AQAB' })).toEqual([`/${member}`]);
    }
    const [detail] = await detailsOf(jwksSource, {
      source: 'inline',
      keys: [{ ...RSA, [member]: 'SECRET' }],
    });
    expect(detail).toContain('replace this key');
    expect(detail).not.toContain('SECRET');
  },
);

test('A17: a symmetric key is no key here', async () => {
  expect(await problemsOfOne({ kty: 'oct', k: 'c2VjcmV0' })).toEqual(['/kty']);
});

test('an unknown member is refused, and so is a use beside signatures', async () => {
  expect(await problemsOfOne({ ...RSA, x5u: 'https://evil' })).toEqual(['/x5u']);
  expect(await problemsOfOne({ ...RSA, use: 'enc' })).toEqual(['/use']);
  expect(await problemsOfOne({ ...RSA, key_ops: ['sign'] })).toEqual(['/key_ops/0']);
  expect(await problemsOfOne({ ...RSA, use: 'sig', key_ops: ['verify'], alg: 'RS256' })).toEqual([]);
});

describe('RSA', () => {
  test('has at least 2048 bits', async () => {
    expect(await problemsOfOne(rsa(2047))).toEqual(['/n']);
    expect(await problemsOfOne(rsa(1024))).toEqual(['/n']);
    expect(await problemsOfOne(rsa(3072))).toEqual([]);
  });

  test('is written as its bytes, without zeros before them, padding or another alphabet', async () => {
    const n = RSA.n ?? '';
    const zeros = Buffer.concat([Buffer.alloc(1), Buffer.from(n, 'base64url')]).toString('base64url');
    const huge = Buffer.alloc(1025, 0xff).toString('base64url');
    for (const bad of ['', zeros, huge, `${n}=`, `${n} `, n.replace(/^./, '+'), 5]) {
      expect(await problemsOfOne({ ...RSA, n: bad })).toEqual(['/n']);
    }
  });

  test('has an odd exponent above 1', async () => {
    for (const good of ['Aw', 'AQAB']) expect(await problemsOfOne({ ...RSA, e: good })).toEqual([]);
    for (const bad of ['', 'AA', 'AQ', 'Ag', 'AAEAAQ', 'AQAAAAE', '!']) {
      expect(await problemsOfOne({ ...RSA, e: bad })).toEqual(['/e']);
    }
  });

  test('A17: is for RSA algorithms', async () => {
    for (const alg of ['ES256', 'HS256', 'none', 'RSA-OAEP'])
      expect(await problemsOfOne({ ...RSA, alg })).toEqual(['/alg']);
  });
});

describe('EC', () => {
  test.each([
    ['P-256', 'ES256'],
    ['P-384', 'ES384'],
    ['P-521', 'ES512'],
  ])('%s goes with %s alone', async (namedCurve, alg) => {
    const key = jwkOf(generateKeyPairSync('ec', { namedCurve }));
    expect(await problemsOfOne({ ...key, alg })).toEqual([]);
    for (const other of ['ES256', 'ES384', 'ES512'].filter((name) => name !== alg)) {
      expect(await problemsOfOne({ ...key, alg: other })).toEqual(['/alg']);
    }
  });

  test('has coordinates of its curve, at their full length', async () => {
    const short = Buffer.from(EC.x ?? '', 'base64url')
      .subarray(1)
      .toString('base64url');
    expect(await problemsOfOne({ ...EC, x: short, y: '' })).toEqual(['/x', '/y']);
    expect(await problemsOfOne({ ...EC, crv: 'P-384' })).toEqual(['/x', '/y']);
    expect(await problemsOfOne({ ...EC, crv: 'secp256k1' })).toEqual(['/crv']);
    expect(await problemsOfOne({ kty: 'EC', crv: 'P-256', x: EC.x })).toEqual(['/y']);
  });
});

test('OKP is Ed25519', async () => {
  expect(await problemsOfOne({ ...ED, alg: 'EdDSA' })).toEqual([]);
  expect(await problemsOfOne({ ...ED, crv: 'X25519' })).toEqual(['/crv']);
  expect(await problemsOfOne({ ...ED, x: 'AQAB' })).toEqual(['/x']);
});
