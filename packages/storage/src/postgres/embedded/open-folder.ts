import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDatabase, type Database } from '../database.ts';
import { renewEpochId } from '../epoch.ts';
import { lockFolder } from './folder-lock.ts';
import { type Pglite, type PgliteOptions, startPglite } from './start-pglite.ts';
import { TEMPLATE_FILE, unpackTemplate } from './unpack-template.ts';

export interface OpenFolder {
  readonly database: Database;
  /** Waits for what is running, shuts the database down and gives the folder free. */
  close(): Promise<void>;
}

/** How long a call waits for the one connection. A change or a snapshot of a million rules holds it for seconds. */
const CONNECTION_TIMEOUT_MS = 30_000;

/**
 * Locks a data folder, made if it is missing, and starts PGlite in it. Throws `DataDirHeldError` where another
 * process has it and `UnavailableError` where PGlite does not start; then nothing is held.
 */
export async function openFolder(options: PgliteOptions): Promise<OpenFolder> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(options.dataDir);
  try {
    const { database, close } = await openDatabase(options);
    return {
      database,
      async close() {
        await close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A first start that was cut short leaves a folder that none can open and that holds nothing yet: it is made anew. */
async function openDatabase(options: PgliteOptions): Promise<OpenFolder> {
  const dataDir = join(options.dataDir, 'postgres');
  const unfinished = join(options.dataDir, 'postgres.unfinished');
  if (existsSync(unfinished)) await rm(dataDir, { recursive: true, force: true });
  if (existsSync(dataDir)) return startDatabase({ ...options, dataDir });
  await writeFile(unfinished, '');
  await mkdir(dataDir, { mode: 0o700 });
  const opened = await startNewDatabase({ ...options, dataDir });
  await rm(unfinished);
  return opened;
}

/** Unpacks what was made when the program was built; where it was not built PGlite makes it, which takes seconds. */
async function startNewDatabase(options: PgliteOptions): Promise<OpenFolder> {
  const { assetsDir, dataDir } = options;
  if (assetsDir === undefined) return startDatabase(options);
  await unpackTemplate(fileURLToPath(new URL(TEMPLATE_FILE, assetsDir)), dataDir);
  const opened = await startDatabase(options);
  try {
    await opened.database.run(renewEpochId);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}

async function startDatabase(options: PgliteOptions): Promise<OpenFolder> {
  const pglite = await startPglite(options);
  const database = createDatabase(connectionPool(pglite));
  return {
    database,
    async close() {
      await database.close();
      await pglite.close();
    },
  };
}

/** One connection, since PGlite has one session. What is not said here the driver would take from the environment. */
function connectionPool(pglite: Pglite): pg.Pool {
  return new pg.Pool({
    stream: () => pglite.connect(),
    host: 'localhost',
    port: 5432,
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
  });
}
