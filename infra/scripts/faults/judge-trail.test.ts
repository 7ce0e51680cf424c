import { expect, test } from 'vitest';
import { judgeTrail } from './judge-trail.ts';
import type { Outcome } from './load.ts';

const outcomeWith = (jti: string | null): Outcome => ({
  startedMs: 0,
  endedMs: 1,
  status: jti === null ? 503 : 200,
  jti,
  reason: null,
  retryAfter: null,
  requestId: null,
  error: null,
});

test('finds credentials that the trail does not know, and identifiers that are there twice on either side', () => {
  const outcomes = ['a', null, 'b', 'c', 'c', 'gone'].map(outcomeWith);
  expect(judgeTrail(outcomes, ['b', 'a', 'unanswered', 'c', 'b'])).toEqual({
    issued: 5,
    missing: ['gone'],
    issuedTwice: ['c'],
    recordedTwice: ['b'],
  });
});
