import { createFakeClock } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import { type ExchangeOutcome, unissued } from './exchange-outcome.ts';
import { type FreshnessEvent, keepFresh } from './keep-fresh.ts';

const START = Date.UTC(2027, 0, 15, 8);
const down = unissued('unavailable', 'nobody answers');
const refusal = unissued('refused', 'no rule');

/** Runs it under a clock that its sleeps move, until no outcome is left. What is done is told in seconds. */
async function play(
  outcomes: readonly (number | 'down' | 'refused' | ExchangeOutcome)[],
  options: {
    readonly cannotStore?: boolean;
    readonly cannotRemove?: boolean;
    readonly slowMs?: number;
    readonly setBackMs?: number;
    readonly storedUntilMs?: number;
  } = {},
) {
  const clock = createFakeClock(START);
  const stopping = new AbortController();
  const seen: string[] = [];
  const events: FreshnessEvent[] = [];
  const sleeps: number[] = [];
  let setBackMs = options.setBackMs ?? 0;
  const seconds = () => (clock.now() - START) / 1000;
  const left = [...outcomes];
  await keepFresh(
    {
      now: clock.now,
      random: () => 0.5,
      async sleep(ms) {
        sleeps.push(ms);
        clock.advance(ms - setBackMs);
        setBackMs = 0;
      },
      async attempt() {
        const next = left.shift();
        seen.push(`${seconds()} attempt`);
        const askedAtMs = clock.now();
        clock.advance(options.slowMs ?? 0);
        if (next === undefined) {
          stopping.abort();
          return down;
        }
        if (typeof next === 'object') return next;
        if (next === 'down') return down;
        if (next === 'refused') return refusal;
        const credential = {
          access_token: 'c',
          issued_token_type: 't',
          token_type: 'Bearer',
          expires_in: next,
        } as const;
        return { kind: 'issued', credential, askedAtMs };
      },
      storedUntilMs: async () => options.storedUntilMs ?? null,
      async store() {
        if (options.cannotStore) return unissued('refused', 'the disk is full');
        seen.push(`${seconds()} store`);
        return null;
      },
      async remove() {
        seen.push(`${seconds()} remove`);
        return !options.cannotRemove;
      },
      report: (event) => events.push(event),
    },
    stopping.signal,
  );
  return { seen, events, sleeps };
}

test('is renewed at two thirds of its life, counted from before it was asked for', async () => {
  const { seen } = await play([600, 300], { slowMs: 5_000 });
  expect(seen).toEqual(['0 attempt', '5 store', '400 attempt', '405 store', '600 attempt']);
});

test('the last good one is kept while it is valid, and taken away the moment it is not', async () => {
  const { seen, events } = await play([60, ...Array.from({ length: 6 }, () => 'down' as const)]);
  expect(seen.filter((line) => !line.endsWith('attempt'))).toEqual(['0 store', '60 remove']);
  const kept = events.flatMap((event) => (event.kind === 'failed' ? [event.keptUntilMs] : []));
  expect(kept.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => START + 60_000));
  expect(kept.at(-1)).toBeNull();
});

test('one that could not be taken away is tried again, and not forgotten', async () => {
  const { seen, events } = await play([30, ...Array.from({ length: 8 }, () => 'down' as const)], {
    cannotRemove: true,
  });
  expect(seen.filter((line) => line.endsWith('remove')).length).toBeGreaterThan(1);
  expect(events).toContainEqual({ kind: 'expired', isRemoved: false });
});

test('failures back off, and one success forgets them', async () => {
  const { seen } = await play(['down', 'down', 'down', 60, 'down', 60]);
  expect(seen.filter((line) => line.endsWith('attempt'))).toEqual([
    '0 attempt',
    '1 attempt',
    '2.5 attempt',
    '5.5 attempt',
    '45.5 attempt',
    '46.5 attempt',
    '86.5 attempt',
  ]);
});

test('a refusal is tried again slowly, for the policy may be mended', async () => {
  const { seen } = await play(['refused', 'refused', 600]);
  expect(seen).toEqual(['0 attempt', '60 attempt', '120 attempt', '120 store', '520 attempt']);
});

test('Retry-After counts for more than the own back-off, also after a refusal', async () => {
  const { seen } = await play([
    { ...down, retryAfterMs: 20_000 },
    { ...refusal, retryAfterMs: 100_000 },
  ]);
  expect(seen).toEqual(['0 attempt', '21 attempt', '126 attempt']);
});

test('what cannot be stored is a failure: the old one stays and it is tried again', async () => {
  const { seen, events } = await play([600], { cannotStore: true });
  expect(seen).toEqual(['0 attempt', '60 attempt']);
  expect(events[0]).toMatchObject({ kind: 'failed', failure: { message: 'the disk is full' } });
});

test('a clock that was set is seen within half a minute', async () => {
  const { sleeps } = await play([86_400]);
  expect(Math.max(...sleeps)).toBe(30_000);
});

test('a clock that is set back delays no renewal', async () => {
  const { sleeps } = await play([600], { setBackMs: 3_600_000 });
  expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(400_000);
});

test('a clock that is set back lengthens the life of no credential', async () => {
  // Renewed at 40 s by its own clock, which is then put back by an hour; nobody answers from there on.
  const { seen } = await play([60, ...Array.from({ length: 12 }, () => 'down' as const)], {
    setBackMs: 3_600_000,
  });
  const removed = seen.findIndex((line) => line.endsWith('remove'));
  expect(seen[removed]).toBe('-3540 remove');
});

test('a clock that is set back while an expired one is waited for delays no attempt', async () => {
  const { sleeps } = await play(['refused', 600], { storedUntilMs: START + 10_000, setBackMs: 3_600_000 });
  expect(sleeps.slice(0, 3)).toEqual([10_000, 30_000, 20_000]);
});

test('what an earlier process left is taken away once it has expired', async () => {
  const { seen } = await play(['down', 'down'], { storedUntilMs: START - 1 });
  expect(seen.slice(0, 3)).toEqual(['0 attempt', '0 remove', '1 attempt']);
});

test('the signal ends it without an event, and leaves what is stored', async () => {
  const { seen, events } = await play([600]);
  expect(events.map(({ kind }) => kind)).toEqual(['renewed']);
  expect(seen.at(-1)).toBe('400 attempt');
});
