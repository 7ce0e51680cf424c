import { expect, test } from 'vitest';
import { createRefusalCounter } from './refusal-counter.ts';

test('100,000 junk tokens make one summary a reason and cluster, and no more memory than that', () => {
  const counter = createRefusalCounter(1_000);
  for (let sent = 0; sent < 100_000; sent++) {
    counter.countRefusal('token_signature_invalid', sent % 2 === 0 ? 'east' : null);
  }
  expect(counter.drain(61_000)).toEqual([
    {
      kind: 'refusals',
      atMs: 61_000,
      sinceMs: 1_000,
      reason: 'token_signature_invalid',
      cluster: 'east',
      count: 50_000,
    },
    {
      kind: 'refusals',
      atMs: 61_000,
      sinceMs: 1_000,
      reason: 'token_signature_invalid',
      cluster: null,
      count: 50_000,
    },
  ]);
});

test('a summary is written once: what was drained is not counted again', () => {
  const counter = createRefusalCounter(0);
  counter.countRefusal('token_expired', 'east');
  counter.drain(60_000);
  expect(counter.drain(120_000)).toEqual([]);
  counter.countRefusal('token_expired', 'east');
  expect(counter.drain(180_000)).toMatchObject([{ sinceMs: 120_000, count: 1 }]);
});
