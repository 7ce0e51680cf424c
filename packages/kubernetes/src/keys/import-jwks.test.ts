import { generateKeyPairSync } from 'node:crypto';
import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { importJwks } from './import-jwks.ts';
import { findKey } from './key-set.ts';
import type { Jwk } from './ports.ts';

const rsa = createSigningKey('RS256').publicJwk as Jwk;
const ec = createSigningKey('ES256').publicJwk as Jwk;

const algorithmsOf = (jwk: Jwk) => [...(importJwks([jwk]).only?.algorithms ?? [])];
const kid = (jwk: Jwk) => jwk.kid as string;
const without = (jwk: Jwk, member: string): Jwk => ({ ...jwk, [member]: undefined });

describe('importJwks', () => {
  test('finds the keys that a cluster publishes by their kid', () => {
    const keys = importJwks([rsa, ec]);
    expect(findKey(keys, kid(rsa))?.algorithms).toEqual(new Set(['RS256']));
    expect(findKey(keys, kid(ec))?.algorithms).toEqual(new Set(['ES256']));
    expect(findKey(keys, 'other')).toBeNull();
    expect(keys.dropped).toBe(0);
  });

  test('S42, L12: lets a key verify by the algorithm that its JWK names, else by those of its type and curve', () => {
    expect(algorithmsOf(rsa)).toEqual(['RS256']);
    expect(algorithmsOf(without(rsa, 'alg'))).toEqual(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
    expect(algorithmsOf(without(ec, 'alg'))).toEqual(['ES256']);
    expect(algorithmsOf(without(createSigningKey('ES384').publicJwk as Jwk, 'alg'))).toEqual(['ES384']);
    expect(algorithmsOf(without(createSigningKey('EdDSA').publicJwk as Jwk, 'alg'))).toEqual(['EdDSA']);
    for (const alg of ['HS256', 'none', 'ES256', 'RSA-OAEP', 1, null])
      expect(algorithmsOf({ ...rsa, alg })).toEqual([]);
    for (const alg of ['ES384', 'ES256K', 'RS256']) expect(algorithmsOf({ ...ec, alg })).toEqual([]);
  });

  test.each([
    ['is for encryption', { ...rsa, use: 'enc' }],
    ['is for something unknown', { ...rsa, use: 1 }],
    ['is for other operations', { ...rsa, key_ops: ['encrypt'] }],
    ['has operations that are no list', { ...rsa, key_ops: 'verify' }],
    ['has no type', without(rsa, 'kty')],
    ['has an unknown type', { ...rsa, kty: 'AKP' }],
    ['lacks a parameter', without(rsa, 'n')],
    ['is a point that is not on its curve', { ...ec, x: ec.y, y: ec.x }],
    ['is symmetric', { kty: 'oct', k: 'c2VjcmV0', kid: 'a', alg: 'HS256' }],
    ['carries a symmetric part', { ...rsa, k: 'c2VjcmV0' }],
    ['carries a private exponent', { ...rsa, d: 'AQAB' }],
    ['carries a private prime', { ...rsa, p: 'AQAB' }],
  ] as const)('drops a key that %s', (_, jwk) => {
    expect(importJwks([jwk])).toMatchObject({ only: null, dropped: 1 });
    expect(importJwks([jwk]).byKid.size).toBe(0);
  });

  test('takes a key whose use or operations are for verifying, or not said', () => {
    expect(importJwks([without(rsa, 'use')]).dropped).toBe(0);
    expect(importJwks([{ ...rsa, key_ops: ['verify'] }]).dropped).toBe(0);
  });

  test('A20, S42: drops weak RSA keys and curves that no allowed algorithm has', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
    const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({
      format: 'jwk',
    });
    const agreement = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
    for (const jwk of [weak, koblitz, agreement]) {
      expect(importJwks([{ ...jwk, kid: 'a' } as unknown as Jwk])).toMatchObject({ only: null, dropped: 1 });
    }
  });

  test('A20: uses none of the keys that share a kid, in whatever order they come and whatever they are', () => {
    const forged = { ...createSigningKey('RS256').publicJwk, kid: kid(rsa) } as Jwk;
    for (const jwks of [
      [forged, rsa, ec],
      [rsa, forged, ec],
      [rsa, ec, rsa],
      [{ kid: kid(rsa) }, rsa, ec],
    ]) {
      const keys = importJwks(jwks);
      expect(findKey(keys, kid(rsa))).toBeNull();
      expect(findKey(keys, kid(ec))).not.toBeNull();
      expect(keys.dropped).toBe(2);
    }
  });

  test('A20: has a key for a token without kid only where one key was published in all', () => {
    expect(findKey(importJwks([rsa]), null)).not.toBeNull();
    expect(findKey(importJwks([without(rsa, 'kid')]), null)).not.toBeNull();
    expect(findKey(importJwks([rsa, ec]), null)).toBeNull();
    expect(findKey(importJwks([rsa, { kty: 'oct' }]), null)).toBeNull();
    expect(findKey(importJwks([rsa, rsa]), null)).toBeNull();
    expect(findKey(importJwks([]), null)).toBeNull();
  });

  test('A20: finds no key by a kid that is no string, or that only objects have', () => {
    expect(importJwks([{ ...rsa, kid: 1 }, ec])).toMatchObject({ dropped: 1 });
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(findKey(importJwks([rsa]), name)).toBeNull();
  });
});
