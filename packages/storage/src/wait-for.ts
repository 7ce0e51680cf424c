import { setTimeout } from 'node:timers/promises';

/** Resolves after `ms`, or as soon as the signal is given. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}
