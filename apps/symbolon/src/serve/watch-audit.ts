import type { RecordExchange, RecordRefusals } from '@symbolon/core';

export interface WatchedAudit extends RecordExchange, RecordRefusals {
  /** Whether the last write was accepted; true before the first. */
  isWritable(): boolean;
}

/** Remembers how the last write of the audit trail ended: without it nothing is issued, so readiness must know. */
export function watchAudit(store: RecordExchange & RecordRefusals): WatchedAudit {
  let isWritable = true;
  const watch = async (write: Promise<void>) => {
    try {
      await write;
      isWritable = true;
    } catch (error) {
      isWritable = false;
      throw error;
    }
  };
  return {
    recordExchange: (event) => watch(store.recordExchange(event)),
    recordRefusals: (events) => watch(store.recordRefusals(events)),
    isWritable: () => isWritable,
  };
}
