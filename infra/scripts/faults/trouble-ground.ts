import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adminToken,
  MAIN,
  runSymbolon,
  type SigningAlgorithm,
  type SpawnedBroker,
  type StandInCluster,
  spawnBroker,
  startStandInCluster,
} from '@symbolon/testkit';
import { type Postgres, startPostgres, type TestDatabase, type TestLogin } from '@symbolon/testkit/postgres';
import pg from 'pg';
import { issueTokens, writeExchangeObjects } from './exchange-objects.ts';
import { type HostileProxy, startHostileProxy } from './hostile-proxy.ts';

/** A broker on a PostgreSQL that can be hurt, and on a way to it that can. */
export interface TroubleGround {
  readonly postgres: Postgres;
  readonly database: TestDatabase;
  /** Whom the broker is to the database. */
  readonly login: TestLogin;
  /** Between the broker and the database. */
  readonly proxy: HostileProxy;
  readonly broker: SpawnedBroker;
  readonly adminToken: string;
  readonly cluster: StandInCluster;
  /** Subject tokens that are good. */
  readonly tokens: readonly string[];
  /** A question of the superuser, whom no trouble keeps away. */
  ask<Row extends pg.QueryResultRow>(statement: string): Promise<readonly Row[]>;
  stop(): Promise<void>;
}

export interface TroubleGroundOptions {
  /** Of the broker, beside those of its state. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of the cluster's tokens. */
  readonly clusterAlgorithm?: SigningAlgorithm;
}

const TOKENS = 20;

/** Set up as the production guide says: `init`, `migrate`, a login that is a member of both roles, `serve`. */
export async function openTroubleGround({
  settings = {},
  clusterAlgorithm = 'RS256',
}: TroubleGroundOptions = {}): Promise<TroubleGround> {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-trouble-'));
  const [postgres, cluster] = await Promise.all([
    startPostgres('18'),
    startStandInCluster({ alg: clusterAlgorithm }),
  ]);
  const stops = [postgres.stop, cluster.stop];
  const stop = async () => {
    for (const stopOne of stops.toReversed()) await stopOne();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const database = await postgres.createDatabase();
    await Promise.all([
      runSymbolon(['init', '--out', dataDir]),
      runSymbolon(['migrate'], { SYMBOLON_MIGRATE_DATABASE_URL: database.url }),
    ]);
    const login = await postgres.createLogin({ memberOf: ['symbolon_gateway', 'symbolon_admin'] });
    const proxy = await startHostileProxy(postgres.port);
    stops.push(proxy.stop);
    const broker = await spawnBroker({
      entry: MAIN,
      cwd: process.cwd(),
      settings: {
        SYMBOLON_DATABASE_URL: login.urlOf(database).replace(`:${postgres.port}/`, `:${proxy.port}/`),
        SYMBOLON_KEK_FILE: join(dataDir, 'key-encryption-key'),
        SYMBOLON_ADMIN_TOKEN_FILE: join(dataDir, 'admin-token'),
        ...settings,
      },
    });
    stops.push(async () => void (await broker.stop('SIGTERM')));
    await writeExchangeObjects({ admin: broker.admin, dataDir }, cluster);
    const client = new pg.Client(database.url);
    await client.connect();
    stops.push(() => client.end());
    return {
      postgres,
      database,
      login,
      proxy,
      broker,
      cluster,
      adminToken: adminToken(dataDir),
      tokens: issueTokens(cluster, broker.issuer, TOKENS),
      ask: async <Row extends pg.QueryResultRow>(statement: string) =>
        (await client.query<Row>(statement)).rows,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
