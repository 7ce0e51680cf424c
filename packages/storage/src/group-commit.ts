import { UnavailableError } from '@symbolon/core';

/** Joins what is added while one batch is being committed into the next, so that one commit serves many callers. */
export interface GroupCommit<Item> {
  /**
   * Resolves once the batch of `item` is committed. Throws what `commit` threw, for every member of the batch, and
   * `UnavailableError('audit_unavailable')` when too many wait already or the group is closed.
   */
  add(item: Item): Promise<void>;
  /** Takes nothing more, and resolves when all that was taken is committed or has failed. */
  close(): Promise<void>;
}

interface Member<Item> {
  readonly item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

/** At most one call of `commit` is in flight, with at most `maxBatch` items; at most `maxWaiting` wait for theirs. */
export function createGroupCommit<Item>(options: {
  readonly commit: (batch: readonly Item[]) => Promise<void>;
  readonly maxWaiting: number;
  readonly maxBatch: number;
}): GroupCommit<Item> {
  const waiting: Member<Item>[] = [];
  let committing: Promise<void> | null = null;
  let isClosed = false;

  async function commitAll(): Promise<void> {
    // A turn later, so that callers of the same turn share the first batch too.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, options.maxBatch);
      try {
        await options.commit(batch.map((member) => member.item));
        for (const member of batch) member.resolve();
      } catch (error) {
        for (const member of batch) member.reject(error);
      }
    }
    committing = null;
  }

  return {
    async add(item) {
      if (isClosed) throw new UnavailableError('audit_unavailable', 'the audit trail is closed');
      if (waiting.length >= options.maxWaiting) {
        throw new UnavailableError('audit_unavailable', 'too many audit events wait to be written');
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ item, resolve, reject });
      committing ??= commitAll();
      await promise;
    },
    async close() {
      isClosed = true;
      await committing;
    },
  };
}
