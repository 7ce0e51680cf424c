import { asc, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../../conformance/empty-database.ts';
import { recordNow } from '../../conformance/record-exchange.ts';
import {
  keyOf,
  sampleChange,
  sampleCluster,
  sampleExchange,
  sampleRefusals,
  sampleRule,
  sampleSystem,
} from '../../conformance/samples.ts';
import { KEPT_MS, REMOVED_AT_ONCE } from '../../idempotency-terms.ts';
import type { Stores } from '../../stores.ts';
import { createPostgresStores } from '../create-postgres-stores.ts';
import { ENGINES, useDatabase } from '../engines.test-support.ts';
import { lockEpoch, moveEpoch } from '../epoch.ts';
import { auditEvents, idempotencyKeys, policyLog } from '../schema.ts';

describe.each(ENGINES)('%s', (engine) => {
  const database = useDatabase(engine);
  let stores: Stores;

  beforeEach(async () => {
    await emptyDatabase(database());
    ({ stores } = createPostgresStores(database()));
  });

  const readLog = () =>
    database().run((statements) =>
      statements
        .select({
          epoch: { number: policyLog.epochNumber, id: policyLog.epochId },
          kind: policyLog.kind,
          identitySystem: policyLog.identitySystem,
          name: policyLog.name,
          operation: policyLog.operation,
        })
        .from(policyLog)
        .orderBy(asc(policyLog.epochNumber), asc(policyLog.position)),
    );

  test('the policy log names what each change touched, under its epoch, and nothing of what failed', async () => {
    const first = await stores.change(async (transaction) => {
      await transaction.write(sampleSystem('sys'));
      await transaction.write(sampleRule('sys', 'allow'));
      return transaction.nextEpoch;
    });
    await stores
      .change(async (transaction) => {
        await transaction.write(sampleCluster('never'));
        throw new Error('no');
      })
      .catch(() => {});
    const second = await stores.change(async (transaction) => {
      await transaction.delete(keyOf('MappingRule', 'allow', 'sys'));
      await transaction.delete(keyOf('MappingRule', 'never-there', 'sys'));
      return transaction.nextEpoch;
    });
    const rule = { kind: 'MappingRule', identitySystem: 'sys', name: 'allow' };
    expect(await readLog()).toEqual([
      { epoch: first, kind: 'IdentitySystem', identitySystem: null, name: 'sys', operation: 'write' },
      { epoch: first, ...rule, operation: 'write' },
      { epoch: second, ...rule, operation: 'delete' },
    ]);
  });

  test('the policy log is kept for a day', async () => {
    const write = (name: string) => stores.change((transaction) => transaction.write(sampleCluster(name)));
    for (const name of ['day-old', 'hours-old']) await write(name);
    await database().run((statements) =>
      statements.execute(sql`
      UPDATE policy_log SET at = now() - CASE name WHEN 'day-old' THEN interval '24 hours 1 minute' ELSE interval '23 hours' END`),
    );
    await write('new');
    expect((await readLog()).map(({ name }) => name)).toEqual(['hours-old', 'new']);
  });

  test('idempotency keys past their time are removed, a bounded number with each call, oldest first', async () => {
    await database().run((statements) =>
      statements.execute(sql`
      INSERT INTO idempotency_keys (principal, key, digest, created_at)
      SELECT 'bootstrap', lpad(n::text, 4, '0'), 'x', to_timestamp(n) FROM generate_series(1, ${2 * REMOVED_AT_ONCE + 1}) AS n`),
    );
    const keys = () => database().run((statements) => statements.select().from(idempotencyKeys));
    const lastMs = (2 * REMOVED_AT_ONCE + 1) * 1_000;
    for (const left of [REMOVED_AT_ONCE + 1, 1, 1]) {
      const request = { principal: 'bootstrap', key: 'new', digest: 'y' };
      await stores.beginRequest(request, lastMs - 1 + KEPT_MS);
      await stores.endRequest(request, null, lastMs - 1 + KEPT_MS);
      const rows = await keys();
      expect(rows).toHaveLength(left);
      expect(Math.max(...rows.map(({ createdAt }) => createdAt.getTime()))).toBe(lastMs);
    }
  });

  test('whoever listens is told the new epoch once it is committed', async () => {
    const told: unknown[] = [];
    await database().transaction('begin', async (statements) => {
      await statements.execute(sql`LISTEN symbolon_epoch`);
      // There is one connection, so the listener is on the one that announces.
      const { $client } = statements as unknown as { $client: NodeJS.EventEmitter };
      $client.on('notification', ({ payload }: { payload: string }) => told.push(payload));
    });
    const epoch = await stores.change(async (transaction) => {
      await transaction.write(sampleCluster('production'));
      return transaction.nextEpoch;
    });
    await stores.change(async () => {});
    expect(told).toEqual([`${epoch.number} ${epoch.id}`]);
  });

  test('the columns by which events are found are taken from the event, whatever its kind', async () => {
    await recordNow(stores, sampleExchange('r-1'));
    await stores.recordRefusals([{ ...sampleRefusals(1), cluster: 'edge' }]);
    await stores.change(async (transaction) => {
      await transaction.recordChange(sampleChange('r-3'));
      await transaction.recordChange({ ...sampleChange('r-4'), object: keyOf('Cluster', 'edge') });
      await transaction.recordChange({
        ...sampleChange('r-5'),
        object: keyOf('MappingRule', 'allow', 'sys'),
      });
    });
    const { at, requestId, principal, cluster, namespace, serviceAccount } = auditEvents;
    const { identitySystem, sourceJti, credentialJti, event } = auditEvents;
    const workload = { cluster, namespace, serviceAccount };
    const columns = { requestId, principal, ...workload, identitySystem, sourceJti, credentialJti };
    const rows = await database().run((statements) =>
      statements.select({ columns, at, event }).from(auditEvents).orderBy(asc(auditEvents.id)),
    );
    expect(rows.map((row) => Object.values(row.columns).join(' '))).toEqual([
      'r-1  production demo api.v1 myidsystem source-jti credential-jti',
      '  edge     ',
      'r-3 bootstrap    myidsystem  ',
      'r-4 bootstrap edge     ',
      'r-5 bootstrap    sys  ',
    ]);
    expect(rows.map((row) => row.at.getTime())).toEqual(rows.map((row) => row.event.atMs));
  });

  test('a snapshot of more than a page holds every rule once, in order', async () => {
    await stores.change(async (transaction) => {
      for (const system of ['a', 'b', 'c']) await transaction.write(sampleSystem(system));
      await transaction.write(sampleRule('a', '00000'));
    });
    await database().run((statements) =>
      statements.execute(sql`
      INSERT INTO mapping_rules
      SELECT substr('abc', 1 + n / 4500, 1), lpad((n % 4500)::text, 5, '0'), spec, labels, description, created_at, updated_at,
             updated_by, epoch_number, epoch_id
      FROM mapping_rules, generate_series(1, 13499) AS n`),
    );
    const { rules } = await stores.readSnapshot();
    const keys = rules.map(({ key }) => `${key.identitySystem} ${key.name}`);
    expect(keys).toHaveLength(13_500);
    expect(new Set(keys).size).toBe(13_500);
    expect(keys).toEqual(keys.toSorted());
  });

  test('a change may touch more objects than a statement can have parameters', async () => {
    const touched = Array.from({ length: 10_000 }, (_, index) => ({
      kind: 'MappingRule',
      identitySystem: 'sys',
      name: `rule-${index}`,
      operation: 'write' as const,
    }));
    const epoch = await database().transaction('begin', async (statements) => {
      const next = await lockEpoch(statements);
      await moveEpoch(statements, next, touched);
      return next;
    });
    expect(await readLog()).toEqual(touched.map((object) => ({ epoch, ...object })));
  });

  test('the calls of a change may be made at once: the driver gets one at a time', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    await stores.change(async (transaction) => {
      await transaction.write(sampleSystem('sys'));
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => transaction.write(sampleRule('sys', name))));
    });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
