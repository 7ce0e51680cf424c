import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort, retryOnPortClash } from '../kube/run-server.ts';
import { ensurePostgres, type PostgresFiles, type PostgresVersion, SUPERUSER } from './ensure-postgres.ts';
import { runPostgres } from './run-postgres.ts';

export interface PostgresOptions {
  /** Settings of the server by their names in PostgreSQL. It does not wait for the disk unless `fsync` is `on` here. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface TestDatabase {
  readonly name: string;
  /** As the superuser. */
  readonly url: string;
  /** Removes it, cutting off whoever is connected. */
  drop(): Promise<void>;
}

export interface TestLogin {
  readonly name: string;
  /** Of a database of the server, as this login. */
  urlOf(database: TestDatabase): string;
  drop(): Promise<void>;
}

/** A PostgreSQL on loopback whose data lies in a temporary folder. It ends with this process at the latest. */
export interface Postgres {
  readonly version: PostgresVersion;
  readonly port: number;
  /** Of the database `postgres`, as the superuser. */
  readonly url: string;
  readonly dataDir: string;
  /** The server's first process; another one after `restart`. */
  pid(): number;
  logTail(): string;
  /** A database with a name of its own: empty, or a copy of another to which nobody is connected. */
  createDatabase(options?: { readonly copyOf?: TestDatabase }): Promise<TestDatabase>;
  /** A login with a password of its own; `attributes` as CREATE ROLE spells them, `memberOf` roles that are there. */
  createLogin(options?: {
    readonly attributes?: string;
    readonly memberOf?: readonly string[];
  }): Promise<TestLogin>;
  /** Runs statements as the superuser, in the database `postgres` or the one of a URL. */
  execute(statements: string, url?: string): Promise<void>;
  /** The rows of one statement, run as the superuser, in the database `postgres` or the one of a URL. */
  select(statement: string, url?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends it so and waits until it is gone; the data stays. Default SIGKILL, which is a crash. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data, with settings in place of those before where they are given. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Ready within a second, but for the first time on a machine. */
export async function startPostgres(
  version: PostgresVersion,
  options: PostgresOptions = {},
): Promise<Postgres> {
  const files = await ensurePostgres(version);
  const folder = await mkdtemp(join(tmpdir(), `symbolon-postgres-${version}-`));
  try {
    const dataDir = await copyCluster(files, folder);
    return await retryOnPortClash(async () =>
      createPostgres({ version, files, folder, dataDir, port: await findFreePort() }, options.settings ?? {}),
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function copyCluster({ cluster, runAs }: PostgresFiles, folder: string): Promise<string> {
  if (runAs !== null) await chown(folder, runAs.uid, runAs.gid);
  const dataDir = join(folder, 'data');
  // By the user who must own the copy.
  await promisify(execFile)('cp', ['-R', '-p', cluster, dataDir], { ...runAs });
  return dataDir;
}

interface Server {
  readonly version: PostgresVersion;
  readonly files: PostgresFiles;
  /** Holds the data, and is removed with it. */
  readonly folder: string;
  readonly dataDir: string;
  readonly port: number;
}

async function createPostgres(
  { version, port, files, folder, dataDir }: Server,
  settings: Readonly<Record<string, string>>,
): Promise<Postgres> {
  const start = (given: Readonly<Record<string, string>>) =>
    runPostgres({ files, dataDir, port, settings: given });
  let running = await start(settings);
  const urlFor = (user: string, password: string, database: string) =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const superuserUrl = (database: string) => urlFor(SUPERUSER.user, SUPERUSER.password, database);
  const url = superuserUrl('postgres');
  const select = (statement: string, at = url) => runStatements(at, statement);
  const execute = async (statements: string, at = url) => void (await runStatements(at, statements));

  return {
    version,
    port,
    url,
    dataDir,
    execute,
    select,
    pid: () => running.pid,
    logTail: () => running.logTail(),
    async createDatabase({ copyOf } = {}) {
      const name = uniqueName('db');
      await execute(`CREATE DATABASE ${name}${copyOf === undefined ? '' : ` TEMPLATE ${copyOf.name}`}`);
      return {
        name,
        url: superuserUrl(name),
        drop: () => execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      };
    },
    async createLogin({ attributes = '', memberOf = [] } = {}) {
      const name = uniqueName('login');
      const password = randomBytes(12).toString('hex');
      await execute(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${attributes}`);
      for (const role of memberOf) await execute(`GRANT ${pg.escapeIdentifier(role)} TO ${name}`);
      return {
        name,
        urlOf: (database) => urlFor(name, password, database.name),
        drop: () => execute(`DROP ROLE IF EXISTS ${name}`),
      };
    },
    kill: (signal = 'SIGKILL') => running.end(signal),
    async restart(given = settings) {
      await running.end('SIGINT');
      running = await start(given);
    },
    async stop() {
      await running.end('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function uniqueName(kind: string): string {
  return `${kind}_${randomBytes(6).toString('hex')}`;
}

async function runStatements(url: string, statements: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url);
  // The server may be killed meanwhile; the statement then fails, and that is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statements);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
