import { createTokenIssuer, decodeToken } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import { junkToken } from './junk-tokens.ts';

test('no two are alike, none is the good one, and all but those of another key or issuer look like it', () => {
  const good = createTokenIssuer({ alg: 'ES256' }).issueToken({
    namespace: 'team-1',
    serviceAccount: 'app',
    audiences: ['x'],
  });
  const junk = Array.from({ length: 300 }, (_, number) => junkToken(good, number));
  expect(new Set([good, ...junk]).size).toBe(301);
  const [forged = '', ofUnknownKey = '', ofUnknownIssuer = ''] = junk;
  const read = decodeToken(good);
  expect(decodeToken(forged)).toEqual(read);
  expect(decodeToken(ofUnknownKey).header.kid).not.toBe(read.header.kid);
  expect(decodeToken(ofUnknownIssuer).claims.iss).not.toBe(read.claims.iss);
});
