import type { Epoch } from '@symbolon/core';
import { type Postgres, startPostgres, type TestDatabase } from '@symbolon/testkit/postgres';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { AuditMode } from '../audit-mode.ts';
import { auditQuery, sampleCluster, sampleExchange } from '../conformance/samples.ts';
import type { OpenStores } from '../stores.ts';
import { migratePostgres } from './server/migrate-postgres.ts';
import { openPostgres } from './server/open-postgres.ts';

/* What only a server can show: several connections at once, and its own end. */

const migrationsDir = new URL('../../../../migrations/', import.meta.url);
let postgres: Postgres;
let migrated: TestDatabase;

beforeAll(async () => {
  postgres = await startPostgres('18', { settings: { fsync: 'on' } });
  migrated = await postgres.createDatabase();
  await migratePostgres({ url: migrated.url, migrationsDir });
});
afterAll(() => postgres.stop());

/** Two replicas and the database between them. */
async function openTwo(
  audit: AuditMode = 'durable',
): Promise<{ url: string; one: OpenStores; other: OpenStores }> {
  const { url } = await postgres.createDatabase({ copyOf: migrated });
  const open = () => openPostgres({ url, migrationsDir, audit, applicationName: 'replica' });
  const [one, other] = await Promise.all([open(), open()]);
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()]);
  });
  return { url, one, other };
}

const write = ({ stores }: OpenStores, name: string): Promise<Epoch> =>
  stores.change(async (transaction) => {
    await transaction.write(sampleCluster(name));
    return transaction.nextEpoch;
  });

test('A62: a change in progress keeps no exchange waiting, and overtakes each that is requested once it is acknowledged', async () => {
  const { one, other } = await openTwo();
  const epoch = await one.stores.readEpoch();
  const hasWritten = Promise.withResolvers<Epoch>();
  const mayCommit = Promise.withResolvers<void>();
  const changing = one.stores.change(async (transaction) => {
    await transaction.write(sampleCluster('production'));
    hasWritten.resolve(transaction.nextEpoch);
    await mayCommit.promise;
  });
  const next = await hasWritten.promise;
  expect(await other.stores.recordExchange(sampleExchange('during', { epoch }))).toEqual({
    kind: 'recorded',
  });
  mayCommit.resolve();
  await changing;
  for (const { stores } of [one, other]) {
    expect(await stores.recordExchange(sampleExchange('after', { epoch }))).toEqual({
      kind: 'overtaken',
      epoch: next,
    });
  }
  const events = await other.stores.listAuditEvents(auditQuery());
  expect(events.map(({ event }) => ('requestId' in event ? event.requestId : ''))).toEqual(['during']);
});

test('A62: a replica hears of the changes of another, and again after its connection was cut', async () => {
  const { url, one, other } = await openTwo();
  const heard: number[] = [];
  const { stop } = other.stores.listenForEpochs(({ number }) => heard.push(number));
  let round = 0;
  const hears = () =>
    vi.waitFor(
      async () => {
        round += 1;
        const { number } = await write(one, `c-${round}`);
        await vi.waitFor(() => expect(heard).toContain(number), { timeout: 100 });
      },
      { timeout: 15_000 },
    );
  await hears();
  await postgres.execute(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
    url,
  );
  await hears();
  await stop();
});

test('A51: a relaxed trail keeps what it took while the server is away, and writes it when it is back', async () => {
  const { one } = await openTwo('relaxed');
  const record = (from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        one.stores.recordExchange(sampleExchange(`r-${from + index}`)),
      ),
    );
  await record(0, 50);
  await postgres.kill();
  await record(50, 50);
  expect(one.stores.auditQueue().waiting).toBeGreaterThanOrEqual(50);
  await postgres.restart();
  await vi.waitFor(() => expect(one.stores.auditQueue()).toEqual({ waiting: 0, oldestMs: 0 }), {
    timeout: 20_000,
  });
  const events = await one.stores.listAuditEvents(auditQuery());
  const requestIds = new Set(events.map(({ event }) => ('requestId' in event ? event.requestId : '')));
  expect(requestIds.size).toBe(100);
});

test('A51: while the server is away nothing is called recorded, and what was called so is there when it is back', async () => {
  const { one } = await openTwo();
  const epoch = await one.stores.readEpoch();
  const recorded: string[] = [];
  let hasKilled = false;
  const clients = Array.from({ length: 20 }, async (_, client) => {
    for (let round = 0; ; round += 1) {
      const requestId = `${client}-${round}`;
      try {
        await one.stores.recordExchange(sampleExchange(requestId, { epoch }));
        recorded.push(requestId);
      } catch (error) {
        expect(error).toMatchObject({ reason: 'audit_unavailable' });
        if (hasKilled) return;
      }
    }
  });
  await vi.waitFor(() => expect(recorded.length).toBeGreaterThan(100), { timeout: 10_000 });
  hasKilled = true;
  await postgres.kill();
  await Promise.all(clients);
  await postgres.restart();
  const stored = await vi.waitFor(() => one.stores.listAuditEvents(auditQuery({ limit: 1_000_000 })), {
    timeout: 20_000,
  });
  const there = new Set(stored.map(({ event }) => ('requestId' in event ? event.requestId : '')));
  expect(recorded.filter((requestId) => !there.has(requestId))).toEqual([]);
  expect(await one.stores.recordExchange(sampleExchange('again', { epoch }))).toEqual({ kind: 'recorded' });
});
