import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE } from './exchange-objects.ts';
import { exchangesIn } from './judge-suffered.ts';
import { type Load, startLoad } from './load.ts';
import { isServed } from './suffer.ts';
import { tally } from './tally.ts';
import { openTroubleGround, type TroubleGround } from './trouble-ground.ts';

/* With relaxed audit the last policy may be followed for a while that is set, and not a moment longer. */

const MAX_POLICY_AGE_MS = 5_000;
const AWAY_MS = 9_000;
/** The policy was last read a moment before, and a machine that is busy takes its time for that. */
const SERVED_AT_LEAST_MS = 3_000;
const ANSWERED_WITHIN_MS = 2_000;
const RECOVERED_WITHIN_MS = 6_000;

let ground: TroubleGround;
beforeAll(async () => {
  ground = await openTroubleGround({
    settings: {
      SYMBOLON_AUDIT: 'relaxed',
      SYMBOLON_MAX_POLICY_AGE_SECONDS: String(MAX_POLICY_AGE_MS / 1_000),
    },
  });
});
afterAll(() => ground.stop());

test('relaxed: exchanges outlive the database for as long as the policy may be old, then 503; all of them are recorded', async () => {
  const load = startLoad({
    issuer: ground.broker.issuer,
    tokens: ground.tokens,
    audience: AUDIENCE,
    clients: 12,
    timeoutMs: ANSWERED_WITHIN_MS,
  });
  await served(load, 50);
  ground.proxy.behave({ kind: 'refuses' });
  const goneMs = performance.now();
  await delay(AWAY_MS);
  const backMs = performance.now();
  ground.proxy.behave({ kind: 'honest' });
  await served(load, 50);
  await delay(1_000);
  const outcomes = await load.stop();

  const refused = outcomes.filter((outcome) => !isServed(outcome));
  const startsOf = (those: typeof outcomes) => those.map(({ startedMs }) => startedMs);
  const lastServedMs = Math.max(
    ...startsOf(outcomes.filter((outcome) => isServed(outcome) && outcome.startedMs < backMs)),
  );
  console.log('relaxed', tally(outcomes), {
    firstRefusedAfterMs: Math.round(Math.min(...startsOf(refused)) - goneMs),
    lastServedAfterMs: Math.round(lastServedMs - goneMs),
    wellAgainAfterMs: Math.round(Math.max(...startsOf(refused)) - backMs),
  });
  expect(Object.keys(tally(outcomes)).toSorted()).toEqual(['200', '503 policy_unavailable']);
  expect(Math.min(...startsOf(refused))).toBeGreaterThan(goneMs + SERVED_AT_LEAST_MS);
  expect(lastServedMs).toBeLessThan(goneMs + MAX_POLICY_AGE_MS);
  expect(Math.max(...startsOf(refused))).toBeLessThan(backMs + RECOVERED_WITHIN_MS);

  const issued = new Set(outcomes.filter(isServed).map(({ jti }) => jti));
  const recorded = async () => new Set((await exchangesIn(ground.ask)).map((row) => row.credential_jti));
  await expect.poll(async () => (await recorded()).size, { timeout: 10_000 }).toBe(issued.size);
  expect(await recorded()).toEqual(issued);
});

/** Resolves when so many more were. */
async function served(load: Load, count: number): Promise<void> {
  const before = load.outcomes().filter(isServed).length;
  await expect
    .poll(() => load.outcomes().filter(isServed).length, { timeout: 30_000 })
    .toBeGreaterThan(before + count);
}
