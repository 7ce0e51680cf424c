import { createSigningKey } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { importJwks } from '../keys/import-jwks.ts';
import type { KeySet } from '../keys/key-set.ts';
import type { Jwk } from '../keys/ports.ts';
import { createReadCandidateKeys } from './candidate-keys.ts';

const ISSUER = 'https://issuer.test';
const jwk = createSigningKey('ES256').publicJwk as unknown as Jwk;
const otherJwk = createSigningKey('ES256').publicJwk as unknown as Jwk;
const a = clusterFixture({ name: 'a' });
const b = clusterFixture({ name: 'b' });

/** Every cluster holds the keys that the test says, whatever its revision. */
function reading(keys: KeySet | null = importJwks([jwk])) {
  const held = { keys };
  const read = createReadCandidateKeys({ knownKeys: () => ({ keys: held.keys, isFailing: false }) });
  return { held, read };
}

test('the same clusters with the same keys are the same, also in another policy and read anew', () => {
  const { held, read } = reading();
  const first = read(ISSUER, [a, b]);
  expect(read(ISSUER, [{ ...a }, { ...b }])).toBe(first);
  held.keys = importJwks([{ ...jwk }]);
  expect(read(ISSUER, [a, b])).toBe(first);
});

test.each([
  ['A32: another revision', [{ ...a, revision: '2-b' }]],
  ['another name', [{ ...a, name: 'c' }]],
  ['A10: one more', [a, b]],
  ['L14: none', []],
])('%s is another', (_, candidates) => {
  const { read } = reading();
  const first = read(ISSUER, [a]);
  expect(read(ISSUER, candidates)).not.toBe(first);
});

test('A10: one more whose keys are not known yet is another', () => {
  const { read } = reading(null);
  const first = read(ISSUER, [a]);
  expect(read(ISSUER, [a, b])).not.toBe(first);
});

test.each<[string, Jwk[] | null, Jwk[] | null]>([
  ['A22: another key', [jwk], [otherJwk]],
  ['A22: another key under the same kid', [jwk], [{ ...otherJwk, ...(jwk.kid && { kid: jwk.kid }) }]],
  ['A22: no keys', [jwk], null],
  ['A10: one key more', [jwk], [jwk, otherJwk]],
  ['A22: one key less', [jwk, otherJwk], [jwk]],
  ['keys where there were none', null, [jwk]],
])('%s is another', (_, before, after) => {
  const { held, read } = reading(before && importJwks(before));
  const first = read(ISSUER, [a]);
  held.keys = after && importJwks(after);
  expect(read(ISSUER, [a])).not.toBe(first);
});

test('what one issuer has says nothing of another', () => {
  const { read } = reading();
  expect(read('https://other.test', [a])).not.toBe(read(ISSUER, [a]));
});
