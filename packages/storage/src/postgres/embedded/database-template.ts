import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '@symbolon/core';
import { packFolder, type UnpackedFolder, unpackFolder } from './pack-folder.ts';
import { startPglite } from './start-pglite.ts';
import { giveOwnSystemIdentifier } from './system-identifier.ts';

/*
 * An empty database takes PostgreSQL seconds and hundreds of megabytes to make, and is the same everywhere but for the
 * number that tells installations apart. So it is made once, by PGlite itself when the program is built, and the first
 * start unpacks it. No migration has run in it: everything that is ours is made where it is used.
 */

/** Its name beside PGlite's files. */
export const TEMPLATE_FILE = 'postgres.template';

/** Makes the file. Takes seconds. */
export async function makeTemplate(workerUrl: URL): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-template-'));
  try {
    const pglite = await startPglite({ dataDir: folder, workerUrl });
    await pglite.close();
    return packFolder(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Fills an empty folder with the database. Throws `UnavailableError('storage_unavailable')` where the file cannot be
 * read or is not whole.
 */
export async function unpackTemplate(file: string, dataDir: string): Promise<void> {
  (await readTemplate(file)).writeTo(dataDir);
  giveOwnSystemIdentifier(dataDir);
}

async function readTemplate(file: string): Promise<UnpackedFolder> {
  try {
    return unpackFolder(await readFile(file));
  } catch (cause) {
    throw new UnavailableError(
      'storage_unavailable',
      `the database template ${file} is missing or damaged: install the program again`,
      { cause },
    );
  }
}
