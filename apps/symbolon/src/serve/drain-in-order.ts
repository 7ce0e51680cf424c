import type { HttpListener } from './http-listener.ts';

/** Load balancers hear from readyz that no more requests should come, while those that come are still served. */
const DRAIN_NOTICE_MS = 1_000;
/**
 * A connection that is used ends with its answer; one that stays idle this long is closed. Sooner, and the close might
 * cross a request that is on its way, and lose it.
 */
const DRAIN_QUIET_MS = 3_000;
const DRAIN_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Resolves when what was in flight is answered and no connection is left. */
export async function drainInOrder(deps: {
  readonly listeners: readonly Pick<HttpListener, 'connections' | 'endConnections' | 'drain'>[];
  startDraining(): void;
  sleep(ms: number): Promise<unknown>;
}): Promise<void> {
  const { listeners, startDraining, sleep } = deps;
  startDraining();
  for (const listener of listeners) listener.endConnections();
  await sleep(DRAIN_NOTICE_MS);
  const isQuiet = () => listeners.every((listener) => listener.connections().open === 0);
  for (let waitedMs = DRAIN_NOTICE_MS; waitedMs < DRAIN_QUIET_MS && !isQuiet(); waitedMs += LOOK_EVERY_MS)
    await sleep(LOOK_EVERY_MS);
  await Promise.all(listeners.map((listener) => listener.drain(DRAIN_TIMEOUT_MS)));
}
