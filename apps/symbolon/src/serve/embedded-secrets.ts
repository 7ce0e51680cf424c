import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/load-config.ts';

export interface SecretFiles {
  readonly kekFile: string;
  readonly adminTokenFile: string;
}

/**
 * The key-encryption key and the admin token of an embedded broker: made in the data folder on first start, readable
 * by the owner alone. None is made where the configuration names a file, and no key beside a database that `holdsKeys`
 * already: then a missing one throws.
 */
export function ensureEmbeddedSecrets(
  config: Config,
  { holdsKeys }: { readonly holdsKeys: boolean },
): SecretFiles {
  const ownKekFile = join(config.dataDir, 'key-encryption-key');
  if (config.kekFile === null && holdsKeys && !existsSync(ownKekFile)) {
    throw new Error(
      `${ownKekFile} is missing, and the database holds keys under it: put it back from your backup`,
    );
  }
  return {
    kekFile: config.kekFile ?? ensureSecret(ownKekFile),
    adminTokenFile: config.adminTokenFile ?? ensureSecret(join(config.dataDir, 'admin-token')),
  };
}

/** Written whole under another name and then linked: a crash leaves no half key, and an existing file is never touched. */
function ensureSecret(file: string): string {
  if (existsSync(file)) return file;
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, `${randomBytes(32).toString('base64url')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  linkSync(draft, file);
  unlinkSync(draft);
  return file;
}
