import type { BreakGlass, ReadBreakGlass, ResetBreakGlass } from '@symbolon/core';
import type { AppendEvents } from './audit.ts';

export function createMemoryAdminAccess(audit: AppendEvents): ReadBreakGlass & ResetBreakGlass {
  let stored: BreakGlass | null = null;
  return {
    readBreakGlass: async () => stored,
    async resetBreakGlass(breakGlass, event) {
      audit.append([event]);
      stored = { ...breakGlass };
    },
  };
}
