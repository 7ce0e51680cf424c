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
  signingKeys: { publishedKeys: () => [] },
  audit: { isWritable: () => true },
};
const failing = (...args: Parameters<typeof readiness>) =>
  readiness(...args)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

test('names each thing that is missing, and nothing when all is there', () => {
  const missing = () => {
    throw new Error('missing');
  };
  expect(failing(parts, false)).toEqual([]);
  expect(failing({ ...parts, policies: { currentPolicy: missing } }, false)).toEqual(['policy']);
  expect(failing({ ...parts, signingKeys: { publishedKeys: missing } }, false)).toEqual(['signing_keys']);
  expect(failing({ ...parts, audit: { isWritable: () => false } }, false)).toEqual(['audit']);
  expect(failing(parts, true)).toEqual(['serving']);
});
