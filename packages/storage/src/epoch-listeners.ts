import type { Epoch } from '@symbolon/core';

/** Tells whoever listens in this process of the changes that this process makes. */
export interface EpochListeners {
  announce(epoch: Epoch): void;
  listenForEpochs(heard: (epoch: Epoch) => void): { stop(): Promise<void> };
}

export function createEpochListeners(): EpochListeners {
  const listeners = new Set<{ heard(epoch: Epoch): void }>();
  return {
    announce(epoch) {
      for (const { heard } of listeners) heard(epoch);
    },
    listenForEpochs(heard) {
      const listener = { heard };
      listeners.add(listener);
      return {
        async stop() {
          listeners.delete(listener);
        },
      };
    },
  };
}
