import { expect, test } from 'vitest';
import type { RefusalSummaryEvent } from './events.ts';
import { createRefusalCounter } from './refusal-counter.ts';

function store(recordRefusals: (events: readonly RefusalSummaryEvent[]) => Promise<void>) {
  return { recordRefusals };
}

function keeping() {
  const written: RefusalSummaryEvent[] = [];
  return { written, ...store(async (events) => void written.push(...events)) };
}

test('100,000 junk tokens make one summary a reason and cluster, and no more memory than that', async () => {
  const counter = createRefusalCounter(1_000);
  for (let sent = 0; sent < 100_000; sent++) {
    counter.countRefusal('token_signature_invalid', sent % 2 === 0 ? 'east' : null);
  }
  const kept = keeping();
  await counter.writeSummaries(kept, 61_000);
  const summary = {
    kind: 'refusals',
    atMs: 61_000,
    sinceMs: 1_000,
    reason: 'token_signature_invalid',
    count: 50_000,
  };
  expect(kept.written).toEqual([
    { ...summary, cluster: 'east' },
    { ...summary, cluster: null },
  ]);
});

test('a summary is written once: what was written is not counted again, and nothing is written of nothing', async () => {
  const counter = createRefusalCounter(0);
  counter.countRefusal('token_expired', 'east');
  await counter.writeSummaries(keeping(), 60_000);
  const untouched = store(() => Promise.reject(new Error('called')));
  await counter.writeSummaries(untouched, 120_000);
  counter.countRefusal('token_expired', 'east');
  const kept = keeping();
  await counter.writeSummaries(kept, 180_000);
  expect(kept.written).toMatchObject([{ sinceMs: 60_000, count: 1 }]);
});

test('what could not be written is counted on, together with what came meanwhile', async () => {
  const counter = createRefusalCounter(0);
  counter.countRefusal('token_expired', 'east');
  const failing = store(async () => {
    counter.countRefusal('token_expired', 'east');
    throw new Error('down');
  });
  await expect(counter.writeSummaries(failing, 60_000)).rejects.toThrow('down');
  const kept = keeping();
  await counter.writeSummaries(kept, 120_000);
  expect(kept.written).toMatchObject([{ atMs: 120_000, sinceMs: 0, count: 2 }]);
});
