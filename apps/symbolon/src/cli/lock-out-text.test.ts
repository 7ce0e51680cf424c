import { expect, test } from 'vitest';
import { lockOutLines } from './lock-out-text.ts';

const textOf = (mode: 'offline' | 'review' | 'watch', refused: number, dead: number | null) =>
  lockOutLines(
    { mode, exchangesRefusedWithinSeconds: refused, lastCredentialDeadWithinSeconds: dead },
    { isWorstCase: false },
  );

test('offline: the credential ends with the token, the exchanges a leeway for clocks later, and both are said', () => {
  expect(textOf('offline', 86_430, 86_400)).toEqual([
    'Exchanges are refused within 24 h 30 s: in mode offline nothing here notices a removal, so they go on until the token ends by itself and the leeway for clocks is over.',
    'The last credential is dead within 24 h: none outlives the token that it was issued for.',
  ]);
});

test('without a leeway both end at once, and still with the token', () => {
  expect(textOf('offline', 1000, 1000)[1]).toContain('none outlives the token');
});

test('L35: a credential that may outlive its token is not said to end with it', () => {
  expect(textOf('offline', 3630, 4230)[1]).toBe(
    'The last credential is dead within 1 h 10 min 30 s: one that was issued at the last moment still has its lifetime before it.',
  );
});

test.each([
  ['review', 'the API server is asked again'],
  ['watch', 'a watch that died without a sign'],
] as const)('%s: a removal is noticed, and nobody is told to wait for the token', (mode, why) => {
  const [refused] = textOf(mode, 10.1, null);
  expect(refused).toContain(why);
  expect(refused).toMatch(/within 10\.1 s: /);
  expect(refused).not.toContain('nothing here notices');
});

test('where no token was looked at, the bounds are said to be the worst case', () => {
  const lockOut = {
    mode: 'offline',
    exchangesRefusedWithinSeconds: 86_430,
    lastCredentialDeadWithinSeconds: null,
  } as const;
  expect(lockOutLines(lockOut, { isWorstCase: true })[1]).toBe(
    'This is the worst case: a token of the longest lifetime that the cluster accepts.',
  );
  expect(lockOutLines(lockOut, { isWorstCase: false })).toHaveLength(1);
});
