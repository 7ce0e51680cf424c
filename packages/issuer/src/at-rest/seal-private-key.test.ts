import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { CompactEncrypt, type CompactJWEHeaderParameters, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { createKeyEncryption, type KeyEncryption } from './key-encryption.ts';
import { publicJwkOf, thumbprintOf } from './public-jwk.ts';
import { openPrivateKey, type PrivateKeyName, sealPrivateKey } from './seal-private-key.ts';

const keyEncryption = createKeyEncryption(randomBytes(32));
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = privateKey.export({ format: 'jwk' });
const kid = await thumbprintOf(publicJwkOf(privateKey));
const name: PrivateKeyName = { purpose: 'signing-key/ES256', kid };
const sealed = await sealPrivateKey(keyEncryption, name, privateKey);

/** What somebody who holds the key-encryption key could seal by mistake. */
function sealedAs(header: CompactJWEHeaderParameters, plaintext: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader(header)
    .encrypt(keyEncryption.deriveKey('key-wrapping'));
}

async function failureOf(
  keys: KeyEncryption,
  asked: PrivateKeyName,
  compact: string,
): Promise<{ readonly code: string; readonly message: string }> {
  const error: unknown = await openPrivateKey(keys, asked, compact).then(
    () => new Error('it opened'),
    (caught: unknown) => caught,
  );
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain(jwk.d);
  return error as { code: string; message: string };
}

test('opens what was sealed, and the sealed form shows nothing of the key', async () => {
  const opened = await openPrivateKey(keyEncryption, name, sealed);
  expect(opened.export({ format: 'jwk' })).toStrictEqual(jwk);
  expect(Buffer.from(sealed, 'base64url').toString('latin1') + sealed).not.toContain(jwk.d);
  expect(decodeProtectedHeader(sealed)).toStrictEqual({
    alg: 'dir',
    enc: 'A256GCM',
    kid: keyEncryption.fingerprint,
    purpose: 'signing-key/ES256',
    sealed_kid: kid,
  });
});

test('seals the same key anew each time, so that no nonce is used twice', async () => {
  expect(await sealPrivateKey(keyEncryption, name, privateKey)).not.toBe(sealed);
});

test('another key-encryption key is refused by name: the error has both fingerprints and no key', async () => {
  const other = createKeyEncryption(randomBytes(32));
  const failure = await failureOf(other, name, sealed);
  expect(failure.code).toBe('key_encryption_key_wrong');
  expect(failure.message).toContain(keyEncryption.fingerprint);
  expect(failure.message).toContain(other.fingerprint);
});

describe('a sealed key of another row or purpose cannot be swapped in', () => {
  test.each<{ what: string; asked: PrivateKeyName }>([
    { what: 'another kid', asked: { ...name, kid: 'x'.repeat(43) } },
    { what: 'another algorithm', asked: { ...name, purpose: 'signing-key/RS256' } },
    { what: 'another purpose', asked: { ...name, purpose: 'cluster-credentials' } },
  ])('$what', async ({ asked }) => {
    expect((await failureOf(keyEncryption, asked, sealed)).code).toBe('sealed_value_invalid');
  });

  test('nor may the header be rewritten to the name that is asked for', async () => {
    const asked = { ...name, purpose: 'cluster-credentials' } as const;
    const [header = '', ...rest] = sealed.split('.');
    const rewritten = Buffer.from(header, 'base64url').toString().replace(name.purpose, asked.purpose);
    const compact = [Buffer.from(rewritten).toString('base64url'), ...rest].join('.');
    expect((await failureOf(keyEncryption, asked, compact)).code).toBe('sealed_value_invalid');
  });
});

describe('A50: what does not hold the named key is refused, and nothing of it is shown', () => {
  const header = { ...decodeProtectedHeader(sealed) } as CompactJWEHeaderParameters;
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const jsonOf = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }));
  test.each<[string, () => Promise<string> | string]>([
    ['another key under this name', () => sealedAs(header, jsonOf(other))],
    [
      'this key under the name of another',
      () => sealedAs({ ...header, sealed_kid: 'x' }, jsonOf(privateKey)),
    ],
    [
      'the kid of another key-encryption key in no shape of one',
      () => sealedAs({ ...header, kid: '<x>' }, ''),
    ],
    ['no kid', () => sealedAs({ alg: 'dir', enc: 'A256GCM' }, jsonOf(privateKey))],
    ['text that is no JSON', () => sealedAs(header, `${jwk.d}`)],
    ['a public key alone', () => sealedAs(header, JSON.stringify(publicJwkOf(privateKey)))],
    ['another content encryption', () => sealedAs({ ...header, enc: 'A128CBC-HS256' }, jsonOf(privateKey))],
    ['nothing', () => ''],
    ['a truncated value', () => sealed.slice(0, -4)],
  ])('%s', async (_what, compact) => {
    expect((await failureOf(keyEncryption, name, await compact())).code).toBe('sealed_value_invalid');
  });
});
