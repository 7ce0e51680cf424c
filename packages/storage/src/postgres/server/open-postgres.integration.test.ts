import { sql } from 'drizzle-orm';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keyOf, sampleCluster, sampleExchange } from '../../conformance/samples.ts';
import type { Stores } from '../../stores.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.test-support.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { migrationsDir, openForTest, ownerOf, useServer, VERSIONS } from './test-support.ts';

const AUDIT_AWAY = { name: 'UnavailableError', reason: 'audit_unavailable' };
const AWAY = { name: 'UnavailableError', reason: 'storage_unavailable' };

async function record(stores: Stores, requestId: string) {
  return stores.recordExchange({ ...sampleExchange(requestId), epoch: await stores.readEpoch() });
}

/** Until the database is back; what is thrown meanwhile must say that it is away. */
async function recordWhenBack(stores: Stores, requestId: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      expect(await record(stores, requestId)).toEqual({ kind: 'recorded' });
      return;
    } catch (error) {
      expect(error).toMatchObject({ name: 'UnavailableError' });
      expect((error as { reason: string }).reason).toMatch(/^(storage|audit)_unavailable$/);
      if (Date.now() > deadline) throw error;
    }
  }
}

/** The TCP connections of this process but for those of the proxy. */
function socketsBeside(proxy: CuttingProxy): number {
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap');
  return sockets.length - proxy.sockets();
}

describe.each(VERSIONS)('PostgreSQL %s', (version) => {
  const server = useServer(version);

  /** A migrated database of its own, as all its logins together. */
  async function ownDatabase() {
    const { postgres, all } = server();
    const database = await postgres.createDatabase();
    await migratePostgres({ url: database.url, migrationsDir });
    return { database, url: all.urlOf(database), login: all.name };
  }

  test('A51: while the server is away nothing is recorded and nobody is told so; when it is back, all goes on', async () => {
    const { postgres } = server();
    const { url, database } = await ownDatabase();
    const { stores } = await openForTest(url);
    await record(stores, 'before');
    await postgres.kill();
    await expect(stores.recordExchange(sampleExchange('away'))).rejects.toMatchObject(AUDIT_AWAY);
    await expect(stores.readEpoch()).rejects.toMatchObject(AWAY);
    await expect(stores.change((change) => change.write(sampleCluster('away')))).rejects.toMatchObject(AWAY);
    await expect(openForTest(url)).rejects.toMatchObject(AWAY);
    await postgres.restart();
    await recordWhenBack(stores, 'after');
    const owner = ownerOf(database.url);
    const { rows } = await owner.run((statements) =>
      statements.execute(sql`SELECT request_id FROM audit_events ORDER BY id`),
    );
    await owner.close();
    expect(rows).toEqual([{ request_id: 'before' }, { request_id: 'after' }]);
    expect(await stores.read(keyOf('Cluster', 'away'))).toBeNull();
  });

  test('connections that an administrator ends are replaced', async () => {
    const { postgres } = server();
    const { url, database } = await ownDatabase();
    const { stores } = await openForTest(url, { poolSize: 2 });
    await record(stores, 'before');
    const change = stores.change(async (transaction) => {
      await postgres.execute(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        database.url,
      );
      await transaction.write(sampleCluster('never'));
    });
    await expect(change).rejects.toMatchObject(AWAY);
    await recordWhenBack(stores, 'after');
    expect(await stores.read(keyOf('Cluster', 'never'))).toBeNull();
  });

  test('a server that takes no writes is not the primary: 503, no connection to it is kept, and none is opened', async () => {
    const { postgres } = server();
    const { url, database } = await ownDatabase();
    const { stores } = await openForTest(url);
    const epoch = await stores.readEpoch();
    const makeReadOnly = (value: 'on' | 'off') =>
      postgres.execute(
        `ALTER DATABASE ${database.name} SET default_transaction_read_only = ${value};
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.name}'`,
      );
    await makeReadOnly('on');
    for (const attempt of [1, 2, 3]) {
      const event = { ...sampleExchange(`read-only-${attempt}`), epoch };
      await expect(stores.recordExchange(event)).rejects.toMatchObject(AUDIT_AWAY);
      await expect(stores.readEpoch()).rejects.toMatchObject(AWAY);
    }
    await expect(openForTest(url)).rejects.toMatchObject({ ...AWAY, cause: { code: '25006' } });
    await makeReadOnly('off');
    await recordWhenBack(stores, 'after');
  });

  test('a refused change gives its connection back; one that met a server without writes does not', async () => {
    const { postgres } = server();
    const { url, database } = await ownDatabase();
    const { stores } = await openForTest(url, { poolSize: 1 });
    const owner = ownerOf(database.url);
    const serving = async () => {
      const { rows } = await owner.run((statements) =>
        statements.execute(
          sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user`,
        ),
      );
      return rows;
    };
    const before = await serving();
    expect(before).toHaveLength(1);
    await stores.change(() => Promise.reject(new Error('412'))).catch(() => {});
    await stores.changeSigningKeys(() => Promise.reject(new Error('no key'))).catch(() => {});
    expect(await serving()).toEqual(before);

    const setReadOnly = async (value: 'on' | 'off') => {
      await postgres.execute(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await postgres.execute('SELECT pg_reload_conf()');
    };
    onTestFinished(() => setReadOnly('off'));
    await setReadOnly('on');
    // A server reads its settings again in its own time, and a connection hears of it later still.
    const change = () =>
      stores
        .change((transaction) => transaction.write(sampleCluster('never')))
        .then(
          () => null,
          (error: unknown) => error,
        );
    await expect.poll(change, { timeout: 10_000 }).toMatchObject({ ...AWAY, cause: { code: '25006' } });
    await expect.poll(serving, { timeout: 10_000 }).toEqual([]);
    await setReadOnly('off');
    await recordWhenBack(stores, 'after');
    await owner.close();
  });

  test('a server without a connection to spare answers 503, and serves when it has one', async () => {
    const { postgres } = server();
    const { database, login } = await ownDatabase();
    const limited = await postgres.createLogin({ attributes: 'CONNECTION LIMIT 0', memberOf: [login] });
    const url = limited.urlOf(database);
    await expect(openForTest(url)).rejects.toMatchObject({ ...AWAY, cause: { code: '53300' } });
    await postgres.execute(`ALTER ROLE ${limited.name} CONNECTION LIMIT 1`);
    // The schema is looked at over one connection, which the audit trail then finds taken.
    const { stores } = await openForTest(url);
    await expect(stores.recordExchange(sampleExchange('one'))).rejects.toMatchObject(AUDIT_AWAY);
    await postgres.execute(`ALTER ROLE ${limited.name} CONNECTION LIMIT 20`);
    await recordWhenBack(stores, 'two');
  });

  test('records, and what follows changes, wait for nobody who has the pool; what cannot have a connection is told so', async () => {
    const { url } = await ownDatabase();
    const { stores } = await openForTest(url, { poolSize: 1 });
    const epoch = await stores.readEpoch();
    const mayEnd = Promise.withResolvers<void>();
    onTestFinished(() => mayEnd.resolve());
    const hasBegun = Promise.withResolvers<void>();
    const change = stores.change(async () => {
      hasBegun.resolve();
      await mayEnd.promise;
    });
    await hasBegun.promise;
    const recorded = await stores.recordExchange({ ...sampleExchange('meanwhile'), epoch });
    expect(recorded).toEqual({ kind: 'recorded' });
    expect(await stores.readEpoch()).toEqual(epoch);
    expect(await stores.readChanges(epoch)).toMatchObject({ written: [], deleted: [] });
    const read = stores.read(keyOf('Cluster', 'any'));
    await expect(read).rejects.toMatchObject({ ...AWAY, cause: { code: 'POOL_TIMEOUT' } });
    mayEnd.resolve();
    await change;
  });

  test('A62: a half-open connection fails in bounded time, is replaced, and does not keep the stores from closing', async () => {
    const { postgres } = server();
    const { url } = await ownDatabase();
    const proxy = await startCuttingProxy(postgres.port);
    const before = socketsBeside(proxy);
    const { stores, close } = await openForTest(url.replace(`:${postgres.port}/`, `:${proxy.port}/`));
    const epoch = await stores.readEpoch();
    const exchange = (requestId: string) => stores.recordExchange({ ...sampleExchange(requestId), epoch });
    await exchange('before');
    proxy.swallow();
    const startedMs = performance.now();
    await expect(exchange('swallowed')).rejects.toMatchObject({
      ...AUDIT_AWAY,
      cause: { code: 'ANSWER_TIMEOUT' },
    });
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(await exchange('after')).toEqual({ kind: 'recorded' });
    proxy.swallow();
    await close();
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    await expect.poll(() => socketsBeside(proxy)).toBeLessThanOrEqual(before);
  });

  test('a proxy that cuts connections off costs what was on them, and nothing later', async () => {
    const { postgres } = server();
    const { url } = await ownDatabase();
    const proxy = await startCuttingProxy(postgres.port);
    const { stores } = await openForTest(url.replace(`:${postgres.port}/`, `:${proxy.port}/`));
    await record(stores, 'before');
    for (const round of [1, 2, 3]) {
      const change = stores.change(async (transaction) => {
        await transaction.write(sampleCluster(`cut-${round}`));
        proxy.cut();
      });
      await expect(change).rejects.toMatchObject(AWAY);
      await recordWhenBack(stores, `after-${round}`);
      expect(await stores.read(keyOf('Cluster', `cut-${round}`))).toBeNull();
    }
  });

  test('the variables PG* of the environment lead nowhere', async () => {
    const { url } = await ownDatabase();
    for (const [name, value] of Object.entries({
      PGHOST: 'elsewhere.invalid',
      PGPORT: '1',
      PGUSER: 'somebody',
      PGPASSWORD: 'something',
      PGDATABASE: 'elsewhere',
      PGSSLMODE: 'require',
      PGSSLNEGOTIATION: 'direct',
      PGOPTIONS: '-c default_transaction_read_only=on',
      PGAPPNAME: 'elsewhere',
      PGCLIENT_ENCODING: 'LATIN1',
    })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    const { stores } = await openForTest(url);
    await record(stores, 'r-1');
    const withoutPassword = url.replace(/:[^:@/]+@/, '@');
    vi.stubEnv('PGPASSWORD', new URL(url).password);
    await expect(openForTest(withoutPassword)).rejects.toMatchObject(AWAY);
  });

  test('what a table of another schema is called does not stand in for ours', async () => {
    const { url, database, login } = await ownDatabase();
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`CREATE SCHEMA ${login}; GRANT ALL ON SCHEMA ${login} TO PUBLIC;
      CREATE TABLE ${login}.epoch AS SELECT * FROM epoch; UPDATE ${login}.epoch SET number = 999;
      GRANT ALL ON ${login}.epoch TO PUBLIC`);
    await client.end();
    const { stores } = await openForTest(url);
    expect((await stores.readEpoch()).number).toBe(0);
  });

  test('nothing warns', async () => {
    const { url } = await ownDatabase();
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const { stores, close } = await openForTest(url);
    await Promise.all(Array.from({ length: 30 }, (_, index) => record(stores, `r-${index}`)));
    await stores.change((transaction) => transaction.write(sampleCluster('production')));
    await close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
