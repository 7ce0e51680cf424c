import { readFile } from 'node:fs/promises';
import { UnavailableError } from '@symbolon/core';
import { type UnpackedFolder, unpackFolder } from './pack-folder.ts';
import { giveOwnSystemIdentifier } from './system-identifier.ts';

/** The name of the file, beside PGlite's own. */
export const TEMPLATE_FILE = 'postgres.template';

/**
 * Fills an empty folder with the database that `makeTemplate` made. What is in it is still that of every copy, but for
 * the system identifier. Throws `UnavailableError('storage_unavailable')` where the file cannot be read or is not whole.
 */
export async function unpackTemplate(file: string, dataDir: string): Promise<void> {
  const template = await readTemplate(file);
  template.writeTo(dataDir);
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
