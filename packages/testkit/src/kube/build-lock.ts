import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log.ts';

const RETRY_EVERY_MS = 500;
const SQLITE_BUSY = 5;

/**
 * Runs `action` while no other process is inside the same lock file. SQLite's exclusive transaction is a lock
 * that the operating system frees when its holder dies, by kill -9 too.
 */
export async function withBuildLock<T>(path: string, log: Log, action: () => Promise<T>): Promise<T> {
  const lock = new DatabaseSync(path);
  try {
    if (!tryLock(lock)) {
      log('another process is making what tests need here: waiting for it');
      do await delay(RETRY_EVERY_MS);
      while (!tryLock(lock));
    }
    return await action();
  } finally {
    lock.close();
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
