import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN, runSymbolon, type SpawnedBroker, spawnBroker } from '@symbolon/testkit';
import { type Postgres, startPostgres, type TestDatabase } from '@symbolon/testkit/postgres';

/** What brokers stand on in production: a PostgreSQL that waits for the disk, a login with their rights, their secrets. */
export interface ProductionGround {
  readonly postgres: Postgres;
  readonly database: TestDatabase;
  /** Holds the file `admin-token`. */
  readonly dataDir: string;
  /** Of the brokers' login. */
  readonly databaseUrl: string;
  /** A broker on it, with settings beside those of its state; the arguments are given to `serve`. */
  startBroker(settings?: Readonly<Record<string, string>>, args?: readonly string[]): Promise<SpawnedBroker>;
  /** Brokers are stopped before. */
  stop(): Promise<void>;
}

export async function openProductionGround(): Promise<ProductionGround> {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-faults-'));
  const postgres = await startPostgres('18', { settings: { fsync: 'on', full_page_writes: 'on' } });
  const database = await postgres.createDatabase();
  await runSymbolon(['init', '--out', dataDir]);
  await runSymbolon(['migrate'], { SYMBOLON_MIGRATE_DATABASE_URL: database.url });
  const login = await postgres.createLogin({ memberOf: ['symbolon_gateway', 'symbolon_admin'] });
  const state = {
    SYMBOLON_DATABASE_URL: login.urlOf(database),
    SYMBOLON_KEK_FILE: join(dataDir, 'key-encryption-key'),
    SYMBOLON_ADMIN_TOKEN_FILE: join(dataDir, 'admin-token'),
  };
  return {
    postgres,
    database,
    dataDir,
    databaseUrl: state.SYMBOLON_DATABASE_URL,
    startBroker: (settings = {}, args = []) =>
      spawnBroker({ entry: MAIN, cwd: dataDir, settings: { ...state, ...settings }, args }),
    async stop() {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
