import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

const MIN_TOKEN_LENGTH = 32;

export interface AdminToken {
  /** Compares in constant time. False where the file is gone or holds no usable token. */
  isAdminToken(presented: string): boolean;
}

/**
 * The bootstrap token. Its only store is its file, which is read again when it changes, so that replacing the file
 * rotates the token without a restart; only its SHA-256 stays in memory. Throws where there is no token to begin with.
 */
export function createAdminToken(file: string): AdminToken {
  let seen = '';
  let digest: Buffer | null = null;

  function reload(): void {
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const version = `${mtimeMs}/${size}/${ino}`;
      if (version === seen) return;
      const token = readFileSync(file, 'utf8').trim();
      digest = token.length >= MIN_TOKEN_LENGTH ? sha256(token) : null;
      seen = version;
    } catch {
      seen = '';
      digest = null;
    }
  }

  reload();
  if (digest === null) {
    throw new Error(`the admin token file ${file} holds no token of at least ${MIN_TOKEN_LENGTH} characters`);
  }
  return {
    isAdminToken(presented) {
      reload();
      return digest !== null && timingSafeEqual(digest, sha256(presented));
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
