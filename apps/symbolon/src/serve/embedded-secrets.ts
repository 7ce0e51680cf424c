import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKeyStore } from '@symbolon/core';
import type { Config } from '../config/load-config.ts';
import { SECRET_FILE_NAMES } from '../config/secret-file-names.ts';
import { makeSecretFile } from './secret-file.ts';

export interface SecretFiles {
  readonly kekFile: string;
  readonly adminTokenFile: string;
}

/** Null: the role needs none. */
export type SecretFilesInUse = Pick<Config, keyof SecretFiles>;

/** An embedded broker makes its own secrets; beside PostgreSQL they were made before, by `symbolon init`. */
export async function secretFilesOf(
  config: Pick<Config, 'storage' | keyof SecretFiles>,
  store: Pick<SigningKeyStore, 'readSigningKeys'>,
): Promise<SecretFilesInUse> {
  const { storage } = config;
  if (storage.kind === 'postgres') return config;
  const holdsKeys = (await store.readSigningKeys()).length > 0;
  return ensureEmbeddedSecrets({ ...config, dataDir: storage.dataDir }, { holdsKeys });
}

/**
 * The key-encryption key and the admin token of an embedded broker: made in the data folder on first start, readable
 * by the owner alone. None is made where the configuration names a file, and no key beside a database that `holdsKeys`
 * already: then a missing one throws.
 */
export function ensureEmbeddedSecrets(
  config: Pick<Config, 'kekFile' | 'adminTokenFile'> & { readonly dataDir: string },
  { holdsKeys }: { readonly holdsKeys: boolean },
): SecretFiles {
  const ownKekFile = join(config.dataDir, SECRET_FILE_NAMES.kek);
  if (config.kekFile === null && holdsKeys && !existsSync(ownKekFile)) {
    throw new Error(
      `${ownKekFile} is missing, and the database holds keys under it: put it back from your backup`,
    );
  }
  return {
    kekFile: config.kekFile ?? ensureSecret(ownKekFile),
    adminTokenFile: config.adminTokenFile ?? ensureSecret(join(config.dataDir, SECRET_FILE_NAMES.adminToken)),
  };
}

function ensureSecret(file: string): string {
  if (!existsSync(file)) makeSecretFile(file);
  return file;
}
