import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase } from '../../conformance/empty-database.ts';
import { auditQuery, sampleExchange } from '../../conformance/samples.ts';
import { createPostgresStores } from '../create-postgres-stores.ts';
import { useDatabase } from './test-support.ts';

const database = useDatabase();
beforeEach(() => emptyDatabase(database()));

test('a relaxed trail calls an exchange recorded at once, whatever the epoch is, and has written all when it is closed', async () => {
  const { stores, drain } = createPostgresStores(database(), { audit: 'relaxed' });
  const recording = Array.from({ length: 2_500 }, (_, index) =>
    stores.recordExchange(sampleExchange(`r-${index}`, { epoch: { number: 999, id: 'never' } })),
  );
  expect(stores.auditQueue().waiting).toBe(2_500);
  expect(new Set((await Promise.all(recording)).map(({ kind }) => kind))).toEqual(new Set(['recorded']));
  expect(await drain()).toEqual({ lostEvents: 0 });
  expect(stores.auditQueue()).toEqual({ waiting: 0, oldestMs: 0 });
  const events = await stores.listAuditEvents(auditQuery());
  expect(events.map(({ event }) => (event.kind === 'exchange' ? event.requestId : ''))).toEqual(
    Array.from({ length: 2_500 }, (_, index) => `r-${index}`),
  );
  await expect(stores.recordExchange(sampleExchange('late'))).rejects.toMatchObject({
    reason: 'audit_unavailable',
  });
});

test('an event that the database refuses for its data is counted as lost, and keeps none of the others out', async () => {
  await database().run((statements) =>
    statements.execute(sql`ALTER TABLE audit_events ADD CONSTRAINT poison CHECK (request_id <> 'r-7')`),
  );
  try {
    const { stores, drain } = createPostgresStores(database(), { audit: 'relaxed' });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => stores.recordExchange(sampleExchange(`r-${index}`))),
    );
    expect(await drain()).toEqual({ lostEvents: 1 });
    expect(await stores.listAuditEvents(auditQuery())).toHaveLength(19);
  } finally {
    await database().run((statements) =>
      statements.execute(sql`ALTER TABLE audit_events DROP CONSTRAINT poison`),
    );
  }
});

test('A51: a schema that is not there is no fault of the events: they are kept until it is', async () => {
  const rename = (from: string, to: string) =>
    database().run((statements) =>
      statements.execute(sql`ALTER TABLE ${sql.identifier(from)} RENAME TO ${sql.identifier(to)}`),
    );
  const { stores, drain } = createPostgresStores(database(), { audit: 'relaxed' });
  await rename('audit_events', 'hidden');
  try {
    await stores.recordExchange(sampleExchange('kept'));
    // Asked for after the batch, on the one connection: when it answers, the batch has failed.
    await stores.readEpoch();
    await stores.readEpoch();
    expect(stores.auditQueue().waiting).toBe(1);
  } finally {
    await rename('hidden', 'audit_events');
  }
  expect(await drain()).toEqual({ lostEvents: 0 });
  expect(await stores.listAuditEvents(auditQuery())).toHaveLength(1);
});
