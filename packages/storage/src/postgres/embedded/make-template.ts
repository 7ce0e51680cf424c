import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedOptions, openEmbedded } from './open-embedded.ts';
import { packFolder } from './pack-folder.ts';

export { TEMPLATE_FILE } from './unpack-template.ts';

/**
 * An empty database of the present schema, in one file. PostgreSQL takes seconds and hundreds of megabytes to make one,
 * so it is made once, by PGlite itself when the program is built, and a first start unpacks it.
 */
export async function makeTemplate(
  options: Pick<EmbeddedOptions, 'workerUrl' | 'migrationsDir'>,
): Promise<Buffer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'symbolon-template-'));
  try {
    const { close } = await openEmbedded({ ...options, dataDir });
    await close();
    return packFolder(join(dataDir, 'postgres'));
  } finally {
    await rm(dataDir, { recursive: true });
  }
}
