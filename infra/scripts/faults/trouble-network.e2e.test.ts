import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProxyMode } from './hostile-proxy.ts';
import { expectRefused, type Recorded } from './judge-suffered.ts';
import { isServed, type Suffered } from './suffer.ts';
import { openTroubleGround, type TroubleGround } from './trouble-ground.ts';
import { undergo } from './undergo.ts';

/*
 * A way to the database that cuts, swallows and delays what is sent on it. An answer of the database may be lost on it:
 * then a row of an exchange, or a whole change, may be there of which the caller was told 503, and never the reverse.
 */

/** After the end of a trouble, nothing that is asked later than this fails. */
const RECOVERED_WITHIN_MS = 12_000;

let ground: TroubleGround;
beforeAll(async () => {
  ground = await openTroubleGround();
});
afterAll(() => ground.stop());

function undergoOn(name: string, mode: ProxyMode, lastsMs: number): Promise<Suffered & Recorded> {
  const { proxy } = ground;
  const begin = () => proxy.behave(mode);
  const end = () => proxy.behave({ kind: 'honest' });
  return undergo(ground, { name, begin, end, lastsMs }, RECOVERED_WITHIN_MS);
}

test('connections that are cut before a statement arrives: 503, and nothing of it is there', async () => {
  const undergone = await undergoOn('cut-requests', { kind: 'cuts', direction: 'requests' }, 3_000);
  expectRefused(undergone.inIt.exchanges);
  expectRefused(undergone.inIt.changes);
  expect(undergone).toMatchObject({ lostExchanges: 0, lostChanges: 0 });
});

test('connections that are cut before an answer arrives: 503, and what was committed is there whole', async () => {
  const { inIt } = await undergoOn('cut-answers', { kind: 'cuts', direction: 'answers' }, 3_000);
  expectRefused(inIt.exchanges);
});

test('a way that is gone: 503 at once', async () => {
  const { inIt } = await undergoOn('gone', { kind: 'refuses' }, 3_000);
  expectRefused(inIt.exchanges);
});

test.each([
  ['half-open', ['requests', 'answers']],
  ['half-open-to-it', ['requests']],
  ['half-open-from-it', ['answers']],
] as const)(
  '%s connections, on which nothing comes and nothing ends: nobody hangs',
  async (name, directions) => {
    const { inIt, exchanges } = await undergoOn(name, { kind: 'silent', directions }, 6_000);
    expect(inIt.exchanges.filter(isServed)).toEqual([]);
    expect(exchanges.some(({ status }) => status === 503)).toBe(true);
  },
);

test('a way of two seconds: whoever was served waited, and nobody hangs', async () => {
  await undergoOn('slow', { kind: 'slow', delayMs: 2_000 }, 8_000);
});
