import type { AuditFilter } from '@symbolon/core';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { auditQuery, sampleExchange } from '../../conformance/samples.ts';
import { findAuditEvents } from '../audit-events.ts';
import { ENGINES, useDatabase } from '../engines.test-support.ts';

/*
 * Which index answers a search, as the planner says it: a search that reads the whole trail gives the same rows and
 * is noticed by nobody before there are millions. There are no statistics, as PGlite never has any.
 */

describe.each(ENGINES)('%s', (engine) => {
  const database = useDatabase(engine);

  /** Exchanges that issued, as nearly all events are. */
  beforeAll(async () => {
    const exchange = JSON.stringify(sampleExchange(''));
    await database().run((statements) =>
      statements.execute(sql`
      INSERT INTO audit_events (event)
      SELECT ${exchange}::jsonb || jsonb_build_object('requestId', 'r-' || number) FROM generate_series(1, 10000) AS number`),
    );
  });

  test.each<[AuditFilter, string]>([
    [{}, 'audit_events_pkey'],
    [{ requestId: 'r-1' }, 'audit_events_request_id'],
    [{ sourceJti: 'one' }, 'audit_events_source_jti'],
    [{ credentialJti: 'one' }, 'audit_events_credential_jti'],
    [{ credentialSha256: 'one' }, 'audit_events_credential_sha256'],
    [{ credentialSha256: 'one', kind: 'exchange', outcome: 'issued' }, 'audit_events_credential_sha256'],
    [{ cluster: 'one', namespace: 'one', serviceAccount: 'one' }, 'audit_events_workload'],
    [{ identitySystem: 'one' }, 'audit_events_identity_system'],
    [{ identitySystem: 'n'.repeat(63) }, 'audit_events_identity_system'],
    [{ principal: 'bootstrap' }, 'audit_events_principal'],
    [{ kind: 'change' }, 'audit_events_kind'],
    [{ kind: 'explain' }, 'audit_events_kind'],
    [{ outcome: 'refused' }, 'audit_events_refused'],
    [{ reason: 'rule_denied' }, 'audit_events_reason'],
  ])('a search reads no more than it must: %j by %s', async (filter, index) => {
    for (const order of ['newest', 'oldest'] as const) {
      const plan = await explain({ filter, order });
      expect(plan).toContain(index);
      expect(plan).not.toContain('Seq Scan');
    }
  });

  async function explain(query: {
    readonly filter: AuditFilter;
    readonly order: 'newest' | 'oldest';
  }): Promise<string> {
    const { rows } = await database().run((statements) => {
      const search = findAuditEvents(statements, auditQuery({ ...query, limit: 5 }));
      return statements.execute(sql`EXPLAIN ${search.getSQL()}`);
    });
    return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
  }
});
