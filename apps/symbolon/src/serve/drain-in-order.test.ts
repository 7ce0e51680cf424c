import { expect, test } from 'vitest';
import { drainInOrder } from './drain-in-order.ts';

/** What was done at which moment, with as many connections open as `openAt` says of each moment. */
async function drained(openAt: (ms: number) => number): Promise<readonly string[]> {
  let nowMs = 0;
  const done: string[] = [];
  const listener = (name: string, open: () => number) => ({
    connections: () => ({ open: open(), refused: 0 }),
    endConnections: () => void done.push(`${nowMs} ${name} ends connections`),
    drain: async (timeoutMs: number) => void done.push(`${nowMs} ${name} drains within ${timeoutMs}`),
  });
  await drainInOrder({
    listeners: [listener('gateway', () => openAt(nowMs)), listener('admin', () => 0)],
    startDraining: () => void done.push(`${nowMs} not ready`),
    sleep: async (ms) => {
      nowMs += ms;
    },
  });
  return done;
}

const BEGUN = ['0 not ready', '0 gateway ends connections', '0 admin ends connections'];

test('load balancers are told first, and new requests are served for a second whatever is open', async () => {
  expect(await drained(() => 0)).toEqual([
    ...BEGUN,
    '1000 gateway drains within 10000',
    '1000 admin drains within 10000',
  ]);
});

test('an idle connection, on which a request may be on its way, is not closed before it was quiet for long', async () => {
  expect((await drained(() => 1)).at(-1)).toBe('3000 admin drains within 10000');
  expect((await drained((ms) => (ms < 1_500 ? 1 : 0))).at(-1)).toBe('1500 admin drains within 10000');
});
