import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { importJwks } from './import-jwks.ts';
import { joinJwks } from './join-jwks.ts';
import { findKey } from './key-set.ts';
import type { Jwk } from './ports.ts';

const a = createSigningKey('ES256').publicJwk as Jwk;
const b = createSigningKey('ES256').publicJwk as Jwk;
const kid = a.kid as string;
const reordered = Object.fromEntries(Object.entries(a).toReversed());

describe('joinJwks', () => {
  test('S92: counts a key once that several issuers of a cluster publish, in whatever order of members', () => {
    expect(joinJwks([[a], [a]])).toEqual([a]);
    expect(joinJwks([[a], [reordered, b], [b]])).toEqual([a, b]);
    expect(findKey(importJwks(joinJwks([[a], [reordered]])), kid)).not.toBeNull();
    expect(joinJwks([])).toEqual([]);
  });

  test('A20: leaves keys that share a kid and differ, so that neither is used', () => {
    const squatting = { ...b, kid };
    for (const sets of [
      [[a], [squatting]],
      [[squatting], [a]],
      [[a], [a, squatting]],
    ]) {
      const keys = importJwks(joinJwks(sets));
      expect(findKey(keys, kid)).toBeNull();
      expect(keys.dropped).toBe(2);
    }
  });

  test('A20: leaves what comes twice in one set', () => {
    expect(joinJwks([[a, a]])).toEqual([a, a]);
    expect(joinJwks([[a, a], [a]])).toEqual([a, a]);
  });
});
