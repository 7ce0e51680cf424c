import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { openEmbedded } from './open-embedded.ts';
import { type OpenFolder, openFolder } from './open-folder.ts';

export const workerUrl = new URL('./pglite-worker.ts', import.meta.url);
export const migrationsDir = new URL('../../../../../migrations/', import.meta.url);

const makeFolder = () => mkdtemp(join(tmpdir(), 'symbolon-storage-'));

/** An empty folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A migrated database for all tests of a file, on PGlite. */
export function useDatabase(): () => Database {
  let dataDir: string;
  let folder: OpenFolder;
  beforeAll(async () => {
    dataDir = await makeFolder();
    folder = await openFolder({ dataDir, workerUrl });
    await migrate(folder.database, await readMigrations(fileURLToPath(migrationsDir)));
  });
  afterAll(async () => {
    await folder.close();
    await rm(dataDir, { recursive: true });
  });
  return () => folder.database;
}

/** Data folders in which the first start, which takes seconds, lies behind: copies of one, gone after their test. */
export function useStartedFolders(): () => Promise<string> {
  let original: string;
  beforeAll(async () => {
    original = await makeFolder();
    const { close } = await openEmbedded({ dataDir: original, workerUrl, migrationsDir });
    await close();
  });
  afterAll(() => rm(original, { recursive: true }));
  return async () => {
    const folder = await temporaryFolder();
    await cp(original, folder, { recursive: true });
    return folder;
  };
}

export interface Recorder {
  readonly pid: number | undefined;
  /** The next line that it prints: `ready`, then the request id of each event that it was told is durable. */
  nextLine(): Promise<string>;
  /** Ends it as nothing can be prepared for. What it had printed and nobody had read, and its standard error. */
  kill(): Promise<{ readonly lines: readonly string[]; readonly stderr: string }>;
}

/** A process of its own that opens the folder and records events until it is ended. */
export function startRecorder(dataDir: string, environment: NodeJS.ProcessEnv = {}): Recorder {
  const script = fileURLToPath(new URL('./record-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { env: { ...process.env, ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const nextLine = async () => {
    const line = await lines.next();
    return line.done ? '' : line.value;
  };
  return {
    pid: child.pid,
    nextLine,
    async kill() {
      child.kill('SIGKILL');
      await exited;
      const rest: string[] = [];
      for (let line = await nextLine(); line !== ''; line = await nextLine()) rest.push(line);
      return { lines: rest, stderr: Buffer.concat(stderr).toString() };
    },
  };
}
