import type { Epoch } from '@symbolon/core';
import type { Client } from 'pg';
import { waitFor } from '../wait-for.ts';
import { EPOCH_CHANNEL } from './epoch.ts';

/**
 * Opens a connection that nobody else uses, with keep-alive on, so that one whose other end vanished is noticed some
 * time. Throws where the database cannot be reached.
 */
export type ConnectListener = () => Promise<Client>;

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Listens on a connection of its own and opens another when it ends, ever more slowly while that fails. */
export function listenForEpochs(
  connect: ConnectListener,
  heard: (epoch: Epoch) => void,
  wait = waitFor,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function listen(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const hasListened = await listenOnce(connect, { heard, signal });
      if (hasListened) retryMs = FIRST_RETRY_MS;
      await wait(retryMs, signal);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    }
  }

  const listening = listen();
  return {
    async stop() {
      stopping.abort();
      await listening;
    },
  };
}

/** Resolves when the connection has ended, or there was none: with whether anything could have been heard on it. */
async function listenOnce(
  connect: ConnectListener,
  { heard, signal }: { readonly heard: (epoch: Epoch) => void; readonly signal: AbortSignal },
): Promise<boolean> {
  const client = await connect().catch(() => null);
  if (client === null) return false;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const onAbort = () => end();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) end();
  client.on('end', () => end());
  client.on('error', () => end());
  client.on('notification', ({ channel, payload }) => {
    const epoch = channel === EPOCH_CHANNEL ? parseEpoch(payload ?? '') : null;
    if (epoch !== null && !signal.aborted) heard(epoch);
  });
  try {
    await Promise.race([client.query(`LISTEN ${EPOCH_CHANNEL}`), ended]);
    await ended;
    return true;
  } catch {
    return false;
  } finally {
    signal.removeEventListener('abort', onAbort);
    // A connection that is half open never says goodbye, and whoever stops does not wait for it.
    void client.end().catch(() => {});
  }
}

/** `<number> <id>`; null for anything else that somebody sent over the channel. */
export function parseEpoch(payload: string): Epoch | null {
  const [, digits, id] = /^(\d{1,16}) (\S{1,64})$/.exec(payload) ?? [];
  const number = Number(digits);
  return id === undefined || !Number.isSafeInteger(number) ? null : { number, id };
}
