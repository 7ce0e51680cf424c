import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, type Database } from '../database.ts';
import { lockFolder } from './folder-lock.ts';
import { type Pglite, type PgliteOptions, startPglite } from './start-pglite.ts';

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
    const pglite = await startInFolder(options);
    const database = createDatabase(connectionPool(pglite));
    return {
      database,
      async close() {
        await database.close();
        await pglite.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A first start that was cut short leaves a folder that none can open and that holds nothing yet: it is made anew. */
async function startInFolder(options: PgliteOptions): Promise<Pglite> {
  const dataDir = join(options.dataDir, 'postgres');
  const unfinished = join(options.dataDir, 'postgres.unfinished');
  if (existsSync(unfinished)) await rm(dataDir, { recursive: true, force: true });
  if (existsSync(dataDir)) return startPglite({ ...options, dataDir });
  await writeFile(unfinished, '');
  await mkdir(dataDir, { mode: 0o700 });
  const pglite = await startPglite({ ...options, dataDir });
  await rm(unfinished);
  return pglite;
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
