import { expect, test } from 'vitest';
import type { Outcome } from './load.ts';
import { tally } from './tally.ts';

const outcome = (told: Partial<Outcome>): Outcome => ({
  startedMs: 0,
  endedMs: 1,
  status: null,
  jti: null,
  reason: null,
  retryAfter: null,
  requestId: null,
  error: null,
  ...told,
});

test('each way to end is counted by itself: a 200 that holds nothing and a 503 that names no time are not as they should be', () => {
  const unavailable = { status: 503, reason: 'storage_unavailable' };
  const outcomes = [
    outcome({ status: 200, jti: 'a' }),
    outcome({ status: 200, jti: 'b' }),
    outcome({ status: 200 }),
    outcome({ status: 200, error: 'MALFORMED' }),
    outcome({ ...unavailable, retryAfter: '2' }),
    outcome(unavailable),
    outcome({ ...unavailable, retryAfter: '0' }),
    outcome({ status: 500 }),
    outcome({ error: 'ECONNRESET' }),
  ];
  expect(tally(outcomes)).toEqual({
    200: 2,
    '200 without a jti': 1,
    '200 MALFORMED': 1,
    '503 storage_unavailable': 1,
    '503 storage_unavailable without Retry-After': 2,
    500: 1,
    ECONNRESET: 1,
  });
});
