import { EventEmitter } from 'node:events';
import { UnavailableError } from '@symbolon/core';
import type { Pool } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from './database.ts';
import { StorageFailure } from './storage-call.ts';

type Answer = 'ok' | 'lost' | 'ROLLBACK';

/** A pool of one connection that answers each statement as it is told to. */
function scriptedPool(answers: { readonly [statement: string]: Answer } = {}) {
  const statements: string[] = [];
  const released: boolean[] = [];
  const client = Object.assign(new EventEmitter(), {
    async query(statement: string) {
      statements.push(statement);
      const answer = answers[statement] ?? 'ok';
      if (answer === 'lost') throw new Error('Connection terminated unexpectedly');
      return { command: answer === 'ok' ? statement.toUpperCase() : answer, rows: [] };
    },
    release: (isBroken: boolean) => released.push(isBroken),
  });
  const pool = Object.assign(new EventEmitter(), { connect: async () => client, end: async () => {} });
  // As much of node-postgres as a transaction touches.
  return { database: createDatabase(pool as unknown as Pool), pool, client, statements, released };
}

test('a transaction is begun, committed, and gives its connection back', async () => {
  const { database, statements, released } = scriptedPool();
  await expect(database.transaction('begin', async () => 7)).resolves.toBe(7);
  expect(statements).toEqual(['begin', 'commit']);
  expect(released).toEqual([false]);
});

test('what the work throws rolls back and comes out as it is', async () => {
  const { database, statements, released } = scriptedPool();
  const objection = new Error('412');
  await expect(database.transaction('begin', () => Promise.reject(objection))).rejects.toBe(objection);
  expect(statements).toEqual(['begin', 'rollback']);
  expect(released).toEqual([false]);
});

test('a commit that the database turns into a rollback is not taken for one', async () => {
  const { database, released } = scriptedPool({ commit: 'ROLLBACK' });
  await expect(database.transaction('begin', async () => {})).rejects.toMatchObject({
    reason: 'internal_error',
  });
  expect(released).toEqual([false]);
});

test.each(['begin', 'commit'])(
  'a connection lost at %s is reported, and does not go back to the pool',
  async (statement) => {
    const { database, released } = scriptedPool({ [statement]: 'lost', rollback: 'lost' });
    await expect(database.transaction('begin', async () => {})).rejects.toMatchObject({
      name: 'UnavailableError',
      reason: 'storage_unavailable',
    });
    expect(released).toEqual([true]);
  },
);

test.each([
  ['lost', 'ECONNRESET'],
  ['to a server that is shut down', '57P01'],
  ['to a server that takes no writes any more', '25006'],
  ['on which no answer came in time', 'ANSWER_TIMEOUT'],
])('a connection %s is not asked to roll back, and does not go back to the pool', async (...[, code]) => {
  const { database, statements, released } = scriptedPool();
  const cause = new StorageFailure(code);
  const failure = new UnavailableError('storage_unavailable', 'x', { cause });
  await expect(database.transaction('begin', () => Promise.reject(failure))).rejects.toBe(failure);
  expect(statements).toEqual(['begin']);
  expect(released).toEqual([true]);
});

test('a connection that breaks, idle or in a transaction, does not end the process', async () => {
  const { database, pool, client } = scriptedPool();
  pool.emit('error', new Error('idle connection lost'));
  await database.transaction('begin', async () => {
    client.emit('error', new Error('connection lost'));
  });
  expect(client.listenerCount('error')).toBe(0);
});

test('closing waits for what runs, and what comes later is refused with the reason of its port', async () => {
  const { database } = scriptedPool();
  const mayEnd = Promise.withResolvers<void>();
  const order: string[] = [];
  const running = database.transaction('begin', () => mayEnd.promise).then(() => order.push('ended'));
  const closing = database.close().then(() => order.push('closed'));
  await expect(database.run(async () => {}, 'audit_unavailable')).rejects.toMatchObject({
    reason: 'audit_unavailable',
  });
  await expect(database.transaction('begin', async () => {})).rejects.toThrow(UnavailableError);
  mayEnd.resolve();
  await Promise.all([running, closing]);
  expect(order).toEqual(['ended', 'closed']);
});
