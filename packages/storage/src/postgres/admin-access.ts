import type { ReadBreakGlass, ResetBreakGlass } from '@symbolon/core';
import { insertAuditEvents } from './audit-events.ts';
import type { Database } from './database.ts';
import { adminAccess } from './schema.ts';
import { storageCall } from './storage-call.ts';

export function createAdminAccess(database: Database): ReadBreakGlass & ResetBreakGlass {
  return {
    async readBreakGlass() {
      const [row] = await database.run((statements) =>
        statements
          .select({ tokenSha256: adminAccess.breakGlassSha256, expiresAt: adminAccess.breakGlassExpiresAt })
          .from(adminAccess),
      );
      return row === undefined
        ? null
        : { tokenSha256: row.tokenSha256, expiresAtMs: row.expiresAt.getTime() };
    },
    resetBreakGlass: ({ tokenSha256, expiresAtMs }, event) =>
      database.transaction('begin', (statements) =>
        storageCall(async () => {
          const row = { breakGlassSha256: tokenSha256, breakGlassExpiresAt: new Date(expiresAtMs) };
          await statements
            .insert(adminAccess)
            .values(row)
            .onConflictDoUpdate({ target: adminAccess.isOnly, set: row });
          await insertAuditEvents(statements, [event]);
        }),
      ),
  };
}
