import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_CHANGED_OBJECTS } from '../../changed-objects.ts';
import { emptyDatabase } from '../../conformance/empty-database.ts';
import { keyOf, sampleCluster, sampleRule, sampleSystem } from '../../conformance/samples.ts';
import type { Stores } from '../../stores.ts';
import { createPostgresStores } from '../create-postgres-stores.ts';
import { ENGINES, useDatabase } from '../engines.test-support.ts';

/* What can befall the log of changes on a server, done to it by hand. */

describe.each(ENGINES)('%s', (engine) => {
  const database = useDatabase(engine);
  let stores: Stores;

  beforeEach(async () => {
    await emptyDatabase(database());
    ({ stores } = createPostgresStores(database()));
  });

  const execute = (statement: ReturnType<typeof sql>) =>
    database().run((statements) => statements.execute(statement));

  const write = (name: string) =>
    stores.change(async (transaction) => {
      await transaction.write(sampleCluster(name));
      return transaction.nextEpoch;
    });

  test('A62: a failover that lost a tail is noticed though its numbers were used again since', async () => {
    const kept = await write('kept');
    const lost = await write('lost');
    await execute(sql`DELETE FROM policy_log WHERE epoch_number = ${lost.number}`);
    await execute(sql`DELETE FROM clusters WHERE name = 'lost'`);
    await execute(sql`UPDATE epoch SET number = ${kept.number}, id = ${kept.id}`);
    expect(await stores.readChanges(lost)).toBeNull();
    const again = await write('again');
    expect(again.number).toBe(lost.number);
    expect(await stores.readChanges(lost)).toBeNull();
    await write('further');
    expect(await stores.readChanges(lost)).toBeNull();
    const sinceKept = await stores.readChanges(kept);
    expect(sinceKept?.written.map(({ key }) => key.name).toSorted()).toEqual(['again', 'further']);
    expect(sinceKept?.deleted).toEqual([]);
  });

  test('an epoch older than the log has no delta, and one that it still holds has all of it', async () => {
    const [old, first] = [await write('old'), await write('first')];
    await write('second');
    await execute(
      sql`UPDATE policy_log SET at = now() - interval '25 hours' WHERE epoch_number = ${old.number}`,
    );
    await write('third');
    expect(await stores.readChanges(old)).toBeNull();
    expect((await stores.readChanges(first))?.written.map(({ key }) => key.name).toSorted()).toEqual([
      'second',
      'third',
    ]);
  });

  test('A62: a log that lost a change between others gives no delta, which would leave that change out', async () => {
    const since = await write('since');
    const lost = await write('lost');
    // Its transaction began before the one whose epoch it follows, so by age it goes first.
    await execute(
      sql`UPDATE policy_log SET at = now() - interval '25 hours' WHERE epoch_number = ${lost.number}`,
    );
    await write('last');
    expect(await stores.readChanges(since)).toBeNull();
    expect(await stores.readChanges(await stores.readEpoch())).not.toBeNull();
  });

  test('a delta of more objects than are worth naming is none, and of as many as are is whole', async () => {
    await stores.change((transaction) => transaction.write(sampleSystem('sys')));
    const since = await stores.change(async (transaction) => {
      await transaction.write(sampleRule('sys', 'rule-0'));
      return transaction.nextEpoch;
    });
    const { number, id } = await write('last');
    await execute(sql`
    INSERT INTO policy_log (epoch_number, epoch_id, position, kind, identity_system, name, operation)
    SELECT ${number}::bigint, ${id}, n, 'MappingRule', 'sys', 'rule-' || (n % 9000), 'write'
    FROM generate_series(2, ${MAX_CHANGED_OBJECTS}) AS n`);
    const delta = await stores.readChanges(since);
    expect(delta?.written.map(({ key }) => key.name).toSorted()).toEqual(['last', 'rule-0']);
    expect(delta?.deleted).toHaveLength(8_999);
    await execute(sql`
    INSERT INTO policy_log (epoch_number, epoch_id, position, kind, identity_system, name, operation)
    VALUES (${number}, ${id}, ${MAX_CHANGED_OBJECTS + 1}, 'MappingRule', 'sys', 'one-more', 'write')`);
    expect(await stores.readChanges(since)).toBeNull();
  });

  test('a kind that only a later version knows is left out, as it is of a snapshot', async () => {
    const since = await write('since');
    const { number, id } = await write('production');
    for (const [position, kind] of ['Client', 'toString', '__proto__'].entries()) {
      await execute(sql`
      INSERT INTO policy_log (epoch_number, epoch_id, position, kind, identity_system, name, operation)
      VALUES (${number}, ${id}, ${position + 2}, ${kind}, NULL, 'new', 'write')`);
    }
    const delta = await stores.readChanges(since);
    expect(delta?.written.map(({ key }) => key)).toEqual([keyOf('Cluster', 'production')]);
    expect(delta?.deleted).toEqual([]);
  });
});
