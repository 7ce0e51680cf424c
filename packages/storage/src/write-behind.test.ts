import { UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import { createWriteBehind, type WriteBehindOptions } from './write-behind.ts';

const AWAY = new UnavailableError('audit_unavailable', 'away');
const REFUSED = new UnavailableError('audit_unavailable', 'refused');

/** A database that does as `answer` says, and waits that end when the test says so. */
function scripted(answer: (batch: readonly number[]) => Error | null = () => null) {
  const written: number[] = [];
  const waits: { readonly ms: number; readonly end: () => void }[] = [];
  let tried = 0;
  const behind = (given: Partial<WriteBehindOptions<number>> = {}) =>
    createWriteBehind<number>({
      maxHeld: 100,
      maxBatch: 10,
      lingerMs: 0,
      closeMs: 10_000,
      nowMs: () => 0,
      isRefused: (error) => error === REFUSED,
      wait: (ms, signal) =>
        new Promise<void>((resolve) => {
          waits.push({ ms, end: resolve });
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        }),
      write: async (batch) => {
        tried += 1;
        const error = answer(batch);
        if (error !== null) throw error;
        written.push(...batch);
      },
      ...given,
    });
  return { behind, written, waits, tried: () => tried };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('what is taken is written behind, whole, in order and in batches', async () => {
  const { behind, written, tried } = scripted();
  const { add, queue, close } = behind();
  for (const item of upTo(25)) add(item);
  expect(written).toEqual([]);
  expect(queue().waiting).toBe(25);
  expect(await close()).toBe(0);
  expect(written).toEqual(upTo(25));
  expect(tried()).toBe(3);
  expect(queue()).toEqual({ waiting: 0, oldestMs: 0 });
});

test('A51: one more than may be held is refused, and none of those held is dropped for it', async () => {
  let isAway = true;
  const { behind, written, waits } = scripted(() => (isAway ? AWAY : null));
  const { add, close } = behind({ maxHeld: 3 });
  for (const item of upTo(3)) add(item);
  expect(() => add(3)).toThrow(expect.objectContaining({ reason: 'audit_unavailable' }));
  await turn();
  expect(() => add(4)).toThrow(UnavailableError);
  isAway = false;
  waits[0]?.end();
  await turn();
  add(5);
  expect(await close()).toBe(0);
  expect(written).toEqual([0, 1, 2, 5]);
});

test('A51: while the database is away everything is kept and tried again, ever more slowly up to a bound', async () => {
  let isAway = true;
  const { behind, written, waits } = scripted(() => (isAway ? AWAY : null));
  const { add, queue, close } = behind({ nowMs: () => waits.length * 1_000 });
  add(1);
  for (let at = 0; at < 7; at += 1) {
    await turn();
    waits[at]?.end();
  }
  await turn();
  expect(waits.map(({ ms }) => ms)).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  expect(queue()).toEqual({ waiting: 1, oldestMs: 8_000 });
  isAway = false;
  waits.at(-1)?.end();
  await turn();
  expect(written).toEqual([1]);
  expect(await close()).toBe(0);
});

test('an event that the database refuses for its data does not keep the others out, and is counted as lost', async () => {
  const { behind, written, waits, tried } = scripted((batch) => (batch.includes(7) ? REFUSED : null));
  const { add, close } = behind();
  for (const item of upTo(25)) add(item);
  expect(await close()).toBe(1);
  expect(written).toEqual(upTo(25).filter((item) => item !== 7));
  expect(waits.filter(({ ms }) => ms < 10_000)).toEqual([]);
  expect(tried()).toBeLessThan(15);
});

test('closing goes on trying until its time is up, takes nothing more, and says how many were never written', async () => {
  const { behind, waits } = scripted(() => AWAY);
  const { add, close } = behind({ closeMs: 5_000 });
  for (const item of upTo(25)) add(item);
  await turn();
  const closing = close();
  expect(() => add(99)).toThrow(expect.objectContaining({ reason: 'audit_unavailable' }));
  await turn();
  expect(waits.length).toBeGreaterThan(2);
  waits.find(({ ms }) => ms === 5_000)?.end();
  expect(await closing).toBe(25);
});

test('a database that comes back while it is closed for gets everything', async () => {
  let isAway = true;
  const { behind, written, waits } = scripted(() => (isAway ? AWAY : null));
  const { add, close } = behind();
  for (const item of upTo(25)) add(item);
  await turn();
  const closing = close();
  isAway = false;
  for (const { ms, end } of waits) if (ms < 10_000) end();
  expect(await closing).toBe(0);
  expect(written).toEqual(upTo(25));
});

test('a batch that is not full waits for more, one that is full does not, and closing ends the wait', async () => {
  const { behind, written, waits } = scripted();
  const { add, close } = behind({ lingerMs: 50 });
  add(0);
  await turn();
  add(1);
  expect([written, waits.map(({ ms }) => ms)]).toEqual([[], [50]]);
  waits[0]?.end();
  await turn();
  expect(written).toEqual([0, 1]);
  for (const item of upTo(10)) add(item);
  await turn();
  expect([written.length, waits.length]).toEqual([12, 1]);
  add(12);
  expect(await close()).toBe(0);
  expect(written.at(-1)).toBe(12);
});
