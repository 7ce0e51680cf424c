import { compilePolicy } from '@symbolon/core';
import { expect, test } from 'vitest';
import { readiness } from './readiness.ts';

const epoch = { number: 1, id: 'one' };
const policy = compilePolicy(
  { epoch, clusters: [], identitySystems: [], targets: [], rules: [], revocations: [] },
  { issuer: 'https://id.example' },
);
const parts = {
  policies: { currentPolicy: () => policy },
  gateway: { signingKeys: { publishedKeys: () => [] } },
  audit: { isWritable: () => true },
  draining: { isDraining: () => false },
};
const failing = (given: Parameters<typeof readiness>[0]) =>
  readiness(given)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

test('names each thing that is missing, and nothing when all is there', () => {
  const missing = () => {
    throw new Error('missing');
  };
  expect(failing(parts)).toEqual([]);
  expect(failing({ ...parts, policies: { currentPolicy: missing } })).toEqual(['policy']);
  expect(failing({ ...parts, gateway: { signingKeys: { publishedKeys: missing } } })).toEqual([
    'signing_keys',
  ]);
  expect(failing({ ...parts, audit: { isWritable: () => false } })).toEqual(['audit']);
  expect(failing({ ...parts, draining: { isDraining: () => true } })).toEqual(['serving']);
});

test('without a gateway no signing keys are needed', () => {
  expect(failing({ ...parts, gateway: null })).toEqual([]);
});
