import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process has the data folder: two on one folder would silently lose what both acknowledged. */
export class DataDirHeldError extends Error {
  override readonly name = 'DataDirHeldError';
  readonly code = 'data_dir_held';
  readonly dataDir: string;
  /** The process that holds the folder, where it could be read. */
  readonly holderPid: number | null;

  constructor(dataDir: string, holderPid: number | null) {
    const holder = holderPid === null ? 'another process' : `process ${holderPid}`;
    super(`the data folder ${dataDir} is in use by ${holder}: stop it, or give this one a folder of its own`);
    this.dataDir = dataDir;
    this.holderPid = holderPid;
  }
}

export interface FolderLock {
  release(): void;
}

/**
 * Locks a folder for this process, or throws `DataDirHeldError`. The operating system holds the lock, on a file that
 * SQLite opens for it, and drops it with the process, however that ends. The holder's pid stands in a file beside:
 * to open the locked file itself a second time and close it would give the lock away.
 */
export function lockFolder(dataDir: string): FolderLock {
  const pidFile = join(dataDir, 'lock.pid');
  const file = new DatabaseSync(join(dataDir, 'lock'), { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw isBusy(error) ? new DataDirHeldError(dataDir, readPid(pidFile)) : error;
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidFile, { force: true });
      file.close();
    },
  };
}

/** SQLITE_BUSY: somebody else has the lock. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
