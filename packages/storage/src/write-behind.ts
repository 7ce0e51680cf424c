import { type AuditQueue, UnavailableError } from '@symbolon/core';

/** Takes items at once and writes them in batches behind its callers. */
export interface WriteBehind<Item> {
  /** Throws `UnavailableError('audit_unavailable')` where as many are held as may be, or it is closed. */
  add(item: Item): void;
  /** Those that are not written yet. */
  queue(): AuditQueue;
  /**
   * Takes nothing more, and resolves when all is written or the time for it is up: with the number of items that were
   * never written, those that the database would not have at any time included.
   */
  close(): Promise<number>;
}

export interface WriteBehindOptions<Item> {
  /** May write a batch again whose commit was not heard of: what it writes can then be there twice. */
  readonly write: (batch: readonly Item[]) => Promise<void>;
  /** Whether the batch failed for what is in it, so that the same items would fail at any time. */
  readonly isRefused: (error: unknown) => boolean;
  readonly maxHeld: number;
  readonly maxBatch: number;
  /** Resolves after `ms`, or as soon as the signal is given. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long a batch that is not full waits for more; 0: not at all. */
  readonly lingerMs: number;
  /** How long `close` goes on trying. */
  readonly closeMs: number;
  readonly nowMs: () => number;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** At most one batch is in flight. What fails is kept and tried again, ever more slowly, until it is written. */
export function createWriteBehind<Item>(options: WriteBehindOptions<Item>): WriteBehind<Item> {
  const { write, isRefused, wait, maxHeld, maxBatch, lingerMs, nowMs } = options;
  const held: { readonly item: Item; readonly takenAtMs: number }[] = [];
  const closing = new AbortController();
  const timeIsUp = new AbortController();
  let writing: Promise<void> | null = null;
  let refused = 0;

  async function writeAll(): Promise<void> {
    // A turn later, so that callers of the same turn share the first batch too.
    await Promise.resolve();
    let size = maxBatch;
    let retryMs = FIRST_RETRY_MS;
    while (held.length > 0 && !timeIsUp.signal.aborted) {
      if (lingerMs > 0 && held.length < size && !closing.signal.aborted) await wait(lingerMs, closing.signal);
      const batch = held.slice(0, size);
      try {
        await write(batch.map(({ item }) => item));
        held.splice(0, batch.length);
        size = Math.min(maxBatch, size * 2);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (!isRefused(error)) {
          await wait(retryMs, closing.signal.aborted ? timeIsUp.signal : closing.signal);
          retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
        } else if (batch.length > 1) {
          size = Math.ceil(batch.length / 2);
        } else {
          held.shift();
          refused += 1;
        }
      }
    }
    writing = null;
  }

  return {
    add(item) {
      if (closing.signal.aborted)
        throw new UnavailableError('audit_unavailable', 'the audit trail is closed');
      if (held.length >= maxHeld) {
        throw new UnavailableError('audit_unavailable', 'too many audit events wait to be written');
      }
      held.push({ item, takenAtMs: nowMs() });
      writing ??= writeAll();
    },
    queue() {
      const [oldest] = held;
      return { waiting: held.length, oldestMs: oldest === undefined ? 0 : nowMs() - oldest.takenAtMs };
    },
    async close() {
      closing.abort();
      if (writing !== null) {
        const isWritten = new AbortController();
        const deadline = wait(options.closeMs, isWritten.signal).then(() => timeIsUp.abort());
        await Promise.race([writing, deadline]);
        isWritten.abort();
      }
      return refused + held.length;
    },
  };
}
