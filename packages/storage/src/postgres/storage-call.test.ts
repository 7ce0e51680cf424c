import { inspect } from 'node:util';
import { UnavailableError } from '@symbolon/core';
import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { isConnectionSpent, StorageFailure, storageCall } from './storage-call.ts';

const SECRET = 'eyJhbGciOi-secret';

/** As node-postgres throws it, and drizzle around it. */
function driverError(code: string | undefined): Error {
  const error = Object.assign(new Error(`duplicate key value ${SECRET}`), {
    ...(code === undefined ? {} : { code }),
    detail: `Key (sealed)=(${SECRET}) already exists.`,
  });
  return new DrizzleQueryError(`insert into "t" values ($1)`, [SECRET], error);
}

const failureOf = async (error: unknown, reason?: 'audit_unavailable') => {
  const failure: unknown = await storageCall(() => Promise.reject(error), reason).catch(
    (thrown: unknown) => thrown,
  );
  expect(failure).toBeInstanceOf(UnavailableError);
  return failure as UnavailableError;
};

test.each(['23505', '08006', 'ECONNREFUSED', undefined, SECRET])(
  'nothing of the statement, its values or the driver leaves with an error: code %s',
  async (code) => {
    const failure = await failureOf(driverError(code));
    const everything =
      inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure) + failure.stack;
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain('insert into');
    expect(everything).not.toContain('duplicate key');
  },
);

test.each([
  ['23505', 'internal_error'],
  ['22P05', 'internal_error'],
  ['42P01', 'internal_error'],
  ['54000', 'internal_error'],
  ['25P02', 'internal_error'],
  ['25006', 'storage_unavailable'],
  ['40001', 'storage_unavailable'],
  ['53100', 'storage_unavailable'],
  ['53300', 'storage_unavailable'],
  ['55P03', 'storage_unavailable'],
  ['57014', 'storage_unavailable'],
  ['57P01', 'storage_unavailable'],
  ['57P03', 'storage_unavailable'],
  ['08006', 'storage_unavailable'],
  ['ECONNRESET', 'storage_unavailable'],
])('%s is %s, with the code for the operator', async (code, reason) => {
  const failure = await failureOf(driverError(code));
  expect(failure.reason).toBe(reason);
  expect(failure.cause).toBeInstanceOf(StorageFailure);
  expect(failure.cause).toMatchObject({ code });
});

test('an error without a code is known by its class', async () => {
  expect((await failureOf(new TypeError(SECRET))).cause).toMatchObject({ code: 'TypeError' });
  expect((await failureOf(SECRET)).cause).toMatchObject({ code: 'unknown' });
});

test.each([
  ['Query read timeout', 'ANSWER_TIMEOUT'],
  ['timeout exceeded when trying to connect', 'POOL_TIMEOUT'],
  ['Connection terminated unexpectedly', 'CONNECTION_LOST'],
])('what the driver says without a code (%s) has one of ours', async (message, code) => {
  expect((await failureOf(new Error(message))).cause).toMatchObject({ code });
});

test.each(['ECONNRESET', 'EPIPE', 'ANSWER_TIMEOUT', '08006', '57P01', '57P03', '25006', '25P03'])(
  'a connection on which %s came is of no more use',
  (code) => {
    const cause = new StorageFailure(code);
    expect(isConnectionSpent(new UnavailableError('storage_unavailable', 'x', { cause }))).toBe(true);
  },
);

test.each(['23505', '57014', '55P03', '40001', '53100', '25P02', 'XX000'])(
  'a connection on which %s came is as good as before',
  (code) => {
    const cause = new StorageFailure(code);
    expect(isConnectionSpent(new UnavailableError('audit_unavailable', 'x', { cause }))).toBe(false);
  },
);

test('what is no error of the database says nothing of the connection', () => {
  expect(isConnectionSpent(new Error('412'))).toBe(false);
  expect(isConnectionSpent(new UnavailableError('internal_error', 'x'))).toBe(false);
});

test('the audit trail is audit_unavailable whatever the database says', async () => {
  expect((await failureOf(driverError('23505'), 'audit_unavailable')).reason).toBe('audit_unavailable');
});

test('an UnavailableError passes as it is', async () => {
  const error = new UnavailableError('policy_unavailable', 'x');
  expect(await failureOf(error)).toBe(error);
});
