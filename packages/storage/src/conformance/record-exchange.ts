import type { ExchangeEvent, FollowConfiguration, RecordExchange } from '@symbolon/core';
import { expect } from 'vitest';

/** Records an event as one that was decided just now, and gives it back as it was recorded. */
export async function recordNow(
  stores: RecordExchange & Pick<FollowConfiguration, 'readEpoch'>,
  event: ExchangeEvent,
): Promise<ExchangeEvent> {
  const decided = { ...event, epoch: await stores.readEpoch() };
  expect(await stores.recordExchange(decided)).toEqual({ kind: 'recorded' });
  return decided;
}
