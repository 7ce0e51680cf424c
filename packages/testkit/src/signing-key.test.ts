import { createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSigningKey, keyIdOf, readSigningKey } from './signing-key.ts';

test('derives the key id that Kubernetes published for the same key', () => {
  const published = {
    kty: 'EC',
    kid: 'FYn_klS2ljYLKPVR4m6dZZLXOxqRom_DozIGQeEDECE',
    crv: 'P-256',
    x: '8tVZqezYysjMErS_a6MyJuU4btCYR6rSmhs5-gSPJg0',
    y: 'kM2vdeDqATjkU0sMnG1ohcT85u7YvT6xZGm75_-8ook',
  };

  expect(keyIdOf(createPublicKey({ key: published, format: 'jwk' }))).toBe(published.kid);
});

test.each([
  ['RS256', ['use', 'kty', 'kid', 'alg', 'n', 'e']],
  ['ES256', ['use', 'kty', 'kid', 'crv', 'alg', 'x', 'y']],
] as const)(
  'publishes the members of a %s key in the order of Kubernetes, and no private one',
  (alg, members) => {
    expect(Object.keys(createSigningKey(alg).publicJwk)).toEqual(members);
  },
);

test('reads a key back from its PEM', () => {
  const key = createSigningKey('ES256');

  expect(readSigningKey('ES256', key.privateKeyPem).publicJwk).toEqual(key.publicJwk);
});
