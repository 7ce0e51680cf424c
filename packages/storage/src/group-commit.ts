import { type AuditQueue, UnavailableError } from '@symbolon/core';
import { createLanes } from './lanes.ts';

/** Joins what is added while one batch is being committed into the next, so that one commit serves many callers. */
export interface GroupCommit<Item, Outcome> {
  /**
   * Resolves with what `commit` made of the batch of `item`. Throws what `commit` threw, for every member of the
   * batch and for whoever has waited `patienceMs` behind it, and `UnavailableError('audit_unavailable')` when too many wait already or the group is closed.
   */
  add(item: Item): Promise<Outcome>;
  /** Those whose batch is not committed yet, the one in flight included. */
  queue(): AuditQueue;
  /** Takes nothing more, and resolves when all that was taken is committed or has failed. */
  close(): Promise<void>;
}

export interface GroupCommitOptions<Item, Outcome> {
  readonly commit: (batch: readonly Item[]) => Promise<Outcome>;
  /** Only items of one key share a batch. */
  readonly keyOf: (item: Item) => string;
  readonly maxWaiting: number;
  readonly maxBatch: number;
  /**
   * Whoever has waited longer fails with the batch before theirs. So nobody waits for two batches that the database
   * leaves without an answer: the most is this and the time of one.
   */
  readonly patienceMs: number;
  readonly nowMs: () => number;
}

interface Member<Item, Outcome> {
  readonly item: Item;
  readonly takenAtMs: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** At most one call of `commit` is in flight, with at most `maxBatch` items; at most `maxWaiting` wait for theirs. */
export function createGroupCommit<Item, Outcome>(
  options: GroupCommitOptions<Item, Outcome>,
): GroupCommit<Item, Outcome> {
  const lanes = createLanes<Member<Item, Outcome>>();
  let inFlight: readonly Member<Item, Outcome>[] = [];
  let committing: Promise<void> | null = null;
  let isClosed = false;

  async function commitAll(): Promise<void> {
    // A turn later, so that callers of the same turn share the first batch too.
    await Promise.resolve();
    while (lanes.size() > 0) {
      inFlight = lanes.take(options.maxBatch);
      try {
        const outcome = await options.commit(inFlight.map((member) => member.item));
        for (const member of inFlight) member.resolve(outcome);
      } catch (error) {
        const sinceMs = options.nowMs() - options.patienceMs;
        const tired = lanes.takeWhere(({ takenAtMs }) => takenAtMs < sinceMs);
        for (const member of [...inFlight, ...tired]) member.reject(error);
      }
      inFlight = [];
    }
    committing = null;
  }

  return {
    async add(item) {
      if (isClosed) throw new UnavailableError('audit_unavailable', 'the audit trail is closed');
      if (lanes.size() >= options.maxWaiting) {
        throw new UnavailableError('audit_unavailable', 'too many audit events wait to be written');
      }
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
      lanes.add(options.keyOf(item), { item, takenAtMs: options.nowMs(), resolve, reject });
      committing ??= commitAll();
      return promise;
    },
    queue() {
      const nowMs = options.nowMs();
      const oldest = [...inFlight.slice(0, 1), ...lanes.oldest()];
      const oldestMs = oldest.reduce((most, { takenAtMs }) => Math.max(most, nowMs - takenAtMs), 0);
      return { waiting: inFlight.length + lanes.size(), oldestMs };
    },
    async close() {
      isClosed = true;
      await committing;
    },
  };
}
