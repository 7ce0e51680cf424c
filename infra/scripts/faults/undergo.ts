import { expect } from 'vitest';
import { expectNothingHalfWritten, expectRightKinds, type Recorded } from './judge-suffered.ts';
import { CHANGE_BOUND_MS, EXCHANGE_BOUND_MS, isMade, type Suffered, suffer, type Trouble } from './suffer.ts';
import { tally } from './tally.ts';
import type { TroubleGround } from './trouble-ground.ts';

/** What holds for every trouble; how long things took is printed. `recoveredWithinMs` counts from its end. */
export async function undergo(
  ground: TroubleGround,
  trouble: Trouble,
  recoveredWithinMs: number,
): Promise<Suffered & Recorded> {
  const suffered = await suffer(ground, trouble);
  console.log(`${trouble.name}: ${describe(suffered)}`);
  expectRightKinds(suffered);
  const recorded = await expectNothingHalfWritten(ground, suffered);
  console.log(`${trouble.name}: told 503, and in the database all the same: ${JSON.stringify(recorded)}`);
  expect(suffered.recoveredMs.exchanges).toBeLessThan(recoveredWithinMs);
  expect(suffered.recoveredMs.changes).toBeLessThan(recoveredWithinMs);
  return { ...suffered, ...recorded };
}

function describe({ exchanges, changes, recoveredMs }: Suffered): string {
  const longest = (all: readonly { readonly startedMs: number; readonly endedMs: number }[]) =>
    Math.round(Math.max(...all.map(({ startedMs, endedMs }) => endedMs - startedMs)));
  const made = changes.filter(isMade).length;
  return [
    `exchanges ${JSON.stringify(tally(exchanges))}, longest ${longest(exchanges)} ms of ${EXCHANGE_BOUND_MS}`,
    `changes ${made} made, ${changes.length - made} refused, longest ${longest(changes)} ms of ${CHANGE_BOUND_MS}`,
    `well again after ${Math.round(recoveredMs.exchanges)} ms and ${Math.round(recoveredMs.changes)} ms`,
  ].join('; ');
}
