import { describe, expect, test } from 'vitest';
import type { FreshStores } from './open-stores.ts';
import { auditQuery, sampleAccess } from './samples.ts';

const breakGlass = (letter: string) => ({ tokenSha256: letter.repeat(64), expiresAtMs: 1_795_403_601_000 });

/** ReadBreakGlass, ResetBreakGlass. */
export function describeAdminAccess(fresh: FreshStores): void {
  describe('break-glass token', () => {
    test('there is none before one is given out, and then the last one alone', async () => {
      const stores = await fresh();
      expect(await stores.readBreakGlass()).toBeNull();
      await stores.resetBreakGlass(breakGlass('a'), sampleAccess());
      expect(await stores.readBreakGlass()).toEqual(breakGlass('a'));
      const last = { ...breakGlass('b'), expiresAtMs: 0 };
      await stores.resetBreakGlass(last, sampleAccess());
      expect(await stores.readBreakGlass()).toEqual(last);
    });

    test('each is in the audit trail, as whom it was done and until when, without the token', async () => {
      const stores = await fresh();
      const given = [sampleAccess(), sampleAccess({ principal: "o'brien" })];
      for (const event of given) await stores.resetBreakGlass(breakGlass('a'), event);
      const events = await stores.listAuditEvents(auditQuery({ filter: { kind: 'access' } }));
      expect(events.map(({ event }) => event)).toEqual(given);
      expect(JSON.stringify(events)).not.toContain('aaaa');
    });

    test('A51: one that cannot be audited is not given out', async () => {
      const stores = await fresh();
      await stores.resetBreakGlass(breakGlass('a'), sampleAccess());
      // What no type allows and the trail cannot hold: an event without its time.
      const unrecordable = {
        ...sampleAccess(),
        get atMs(): number {
          throw new Error('no time');
        },
      };
      await expect(stores.resetBreakGlass(breakGlass('b'), unrecordable)).rejects.toThrow();
      expect(await stores.readBreakGlass()).toEqual(breakGlass('a'));
    });
  });
}
