import { setTimeout as delay } from 'node:timers/promises';
import { type Change, startChanging } from './change-rules.ts';
import { AUDIENCE } from './exchange-objects.ts';
import { type Outcomes, startLoad } from './load.ts';
import type { TroubleGround } from './trouble-ground.ts';

export interface Trouble {
  /** Names the rules that are made meanwhile. */
  readonly name: string;
  begin(): unknown;
  end(): unknown;
  readonly lastsMs: number;
}

/** All that was asked before, in and after a trouble, and what of it was asked and answered while it lasted. */
export interface Suffered {
  readonly exchanges: Outcomes;
  readonly changes: readonly Change[];
  readonly inIt: Pick<Suffered, 'exchanges' | 'changes'>;
  /** How long after the end of the trouble the last request was sent that still failed; 0: none did. */
  readonly recoveredMs: { readonly exchanges: number; readonly changes: number };
}

/** Nobody waits longer, whatever becomes of the database. */
export const EXCHANGE_BOUND_MS = 16_000;
export const CHANGE_BOUND_MS = 25_000;

const CALLERS = 12;
const OPERATORS = 2;
const WELL_FOR_MS = 1_000;
const GIVE_UP_MS = 30_000;

export const isServed = (exchange: Outcomes[number]) => exchange.status === 200;
export const isMade = (change: Change) => change.status === 201;

/** Callers and operators who go on before, in and after a trouble, until nothing fails for a second. */
export async function suffer(ground: TroubleGround, trouble: Trouble): Promise<Suffered> {
  const { issuer } = ground.broker;
  const { tokens } = ground;
  const load = startLoad({
    issuer,
    tokens,
    audience: AUDIENCE,
    clients: CALLERS,
    timeoutMs: EXCHANGE_BOUND_MS,
  });
  const changing = startChanging(ground, {
    prefix: trouble.name,
    operators: OPERATORS,
    timeoutMs: CHANGE_BOUND_MS,
  });
  const stop = () => Promise.all([load.stop(), changing.stop()]);
  const isWell = () => isWellOf(load.outcomes(), isServed) && isWellOf(changing.changes(), isMade);
  try {
    await until(isWell);
    await trouble.begin();
    const begunMs = performance.now();
    await delay(trouble.lastsMs);
    const endingMs = performance.now();
    await trouble.end();
    const endedMs = performance.now();
    await until(isWell);
    const [exchanges, changes] = await stop();
    const isInIt = (one: Timed) => one.startedMs > begunMs && one.endedMs < endingMs;
    return {
      exchanges,
      changes,
      inIt: { exchanges: exchanges.filter(isInIt), changes: changes.filter(isInIt) },
      recoveredMs: {
        exchanges: Math.max(0, lastFailure(exchanges, isServed) - endedMs),
        changes: Math.max(0, lastFailure(changes, isMade) - endedMs),
      },
    };
  } finally {
    await stop();
  }
}

interface Timed {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Whether something ended well, and nothing ended badly for a second. */
function isWellOf<T extends Timed>(all: readonly T[], isGood: (one: T) => boolean): boolean {
  const sinceMs = performance.now() - WELL_FOR_MS;
  const recent = all.slice(all.findLastIndex((one) => one.endedMs < sinceMs) + 1);
  return recent.length > 0 && recent.every(isGood);
}

function lastFailure<T extends Timed>(all: readonly T[], isGood: (one: T) => boolean): number {
  return all.reduce((last, one) => (isGood(one) ? last : Math.max(last, one.startedMs)), 0);
}

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + GIVE_UP_MS;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`it was not well again within ${GIVE_UP_MS} ms`);
    await delay(20);
  }
}
