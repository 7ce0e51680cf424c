import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { credentialFingerprint } from './credential-fingerprint.ts';

test('the same credential has the same fingerprint, another token or cluster another', async () => {
  const one = await credentialFingerprint('a', 'token');
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect(await credentialFingerprint('a', 'token')).toBe(one);
  expect(await credentialFingerprint('a', 'tokem')).not.toBe(one);
  expect(await credentialFingerprint('b', 'token')).not.toBe(one);
});

test('A50: the fingerprint is no plain digest by which a hand-chosen token could be looked up', async () => {
  const digest = createHash('sha256').update('token').digest('hex');
  expect(digest).not.toContain(await credentialFingerprint('a', 'token'));
});
