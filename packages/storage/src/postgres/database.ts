import { UnavailableError, type UnavailableReason } from '@symbolon/core';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient } from 'pg';
import { isConnectionSpent, storageCall } from './storage-call.ts';

/** Statements by drizzle, on one connection or on whichever of the pool is free. */
export type Statements = NodePgDatabase;

type Begin = 'begin' | 'begin isolation level repeatable read read only';

/** One database behind a pool of connections. Whatever the driver throws leaves it as an `UnavailableError`. */
export interface Database {
  /** Runs a single statement, which commits by itself. The pool parts with a connection on which one fails. */
  run<T>(statement: (statements: Statements) => Promise<T>, reason?: UnavailableReason): Promise<T>;
  /**
   * Runs `work` in a transaction on a connection of its own. What `work` throws rolls it back and is thrown on as it
   * is; so are its statements' errors if they are not put through `storageCall`.
   */
  transaction<T>(begin: Begin, work: (statements: Statements) => Promise<T>): Promise<T>;
  /** Refuses what comes later, waits for what is running, then closes the connections; again, waits for the same. */
  close(): Promise<void>;
}

export function createDatabase(pool: Pool): Database {
  const running = new Set<Promise<void>>();
  let closing: Promise<void> | null = null;
  const onPool = drizzle({ client: pool });
  pool.on('error', leaveToItsUsers);

  async function whileOpen<T>(reason: UnavailableReason, call: () => Promise<T>): Promise<T> {
    if (closing !== null) throw new UnavailableError(reason, 'the database is closed');
    const { promise, resolve } = Promise.withResolvers<void>();
    running.add(promise);
    try {
      return await call();
    } finally {
      running.delete(promise);
      resolve();
    }
  }

  return {
    run: (statement, reason = 'storage_unavailable') =>
      whileOpen(reason, () => storageCall(() => statement(onPool), reason)),

    transaction: (begin, work) =>
      whileOpen('storage_unavailable', async () => {
        const client = await storageCall(() => pool.connect());
        return runTransaction(client, { begin, work });
      }),

    close() {
      closing ??= Promise.all(running).then(() => storageCall(() => pool.end()));
      return closing;
    },
  };
}

/*
 * Not drizzle's own transaction, which loses the connection when `begin` fails, lets a connection that breaks in the
 * middle end the process, and takes the silent rollback of an aborted transaction for a commit.
 */
async function runTransaction<T>(
  client: PoolClient,
  { begin, work }: { readonly begin: Begin; readonly work: (statements: Statements) => Promise<T> },
): Promise<T> {
  let isBroken = false;
  client.on('error', leaveToItsUsers);
  try {
    await storageCall(() => client.query(begin));
    const result = await work(drizzle({ client }));
    const { command } = await storageCall(() => client.query('commit'));
    if (command !== 'COMMIT') {
      throw new UnavailableError(
        'internal_error',
        'a transaction went on after a statement of it had failed',
      );
    }
    return result;
  } catch (error) {
    isBroken = isConnectionSpent(error) || !(await isRolledBack(client));
    throw error;
  } finally {
    client.off('error', leaveToItsUsers);
    client.release(isBroken);
  }
}

async function isRolledBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  );
}

/** A connection that is lost rejects the statements on it; without a listener its event would end the process. */
export function leaveToItsUsers(): void {}
