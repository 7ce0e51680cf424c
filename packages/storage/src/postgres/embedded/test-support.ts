import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { makeTemplate, TEMPLATE_FILE } from './make-template.ts';
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

/** PGlite's own files that a built program has beside it. */
export const PGLITE_ASSETS = ['pglite.wasm', 'pglite.data'];
export const pgliteDir = dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite')));

/** What a built program has beside it for the embedded database, for all tests of a file. */
export function useAssets(): () => URL {
  let folder: string;
  beforeAll(async () => {
    folder = await makeFolder();
    for (const name of PGLITE_ASSETS) await cp(join(pgliteDir, name), join(folder, name));
    await writeFile(join(folder, TEMPLATE_FILE), await makeTemplate({ workerUrl, migrationsDir }));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return () => pathToFileURL(`${folder}/`);
}

export interface Recorder {
  readonly pid: number | undefined;
  /** The next line that it prints: `ready`, then the request id of each event that it was told is durable. */
  nextLine(): Promise<string>;
  /** Ends it as nothing can be prepared for. What it had printed and nobody had read, and its standard error. */
  kill(): Promise<{ readonly lines: readonly string[]; readonly stderr: string }>;
}

/** A process of its own that opens the folder and records events until it is ended. */
export function startRecorder(
  dataDir: string,
  { env = {}, assetsDir }: { readonly env?: NodeJS.ProcessEnv; readonly assetsDir?: URL } = {},
): Recorder {
  const script = fileURLToPath(new URL('./record-until-killed.ts', import.meta.url));
  const args = [script, dataDir, ...(assetsDir === undefined ? [] : [assetsDir.href])];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
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
