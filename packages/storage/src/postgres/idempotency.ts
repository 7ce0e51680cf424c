import {
  type IdempotencyState,
  type IdempotencyStore,
  type IdempotentRequest,
  UnavailableError,
} from '@symbolon/core';
import { and, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { ABANDONED_MS, KEPT_MS, REMOVED_AT_ONCE } from '../idempotency-terms.ts';
import { assertStorable } from '../storable-text.ts';
import type { Database, Statements } from './database.ts';
import { idempotencyKeys } from './schema.ts';

/** Between taking a key in vain and reading who has it, it may be given back; then it is tried for again. */
const ATTEMPTS = 3;

export function createIdempotencyStore(database: Database): IdempotencyStore {
  return {
    async beginRequest(request, nowMs) {
      assertStorable(request);
      await database.run((statements) => removeOld(statements, nowMs));
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const isTaken = await database.run((statements) => takeKey(statements, request, nowMs));
        if (isTaken) return { kind: 'begun' };
        const state = await database.run((statements) => readState(statements, request));
        if (state !== null) return state;
      }
      throw new UnavailableError('storage_unavailable', 'an idempotency key came and went');
    },
    async endRequest(request, answer, begunAtMs) {
      const isRunning = and(
        isAt(request),
        eq(idempotencyKeys.digest, request.digest),
        eq(idempotencyKeys.createdAt, new Date(begunAtMs)),
        isNull(idempotencyKeys.status),
      );
      await database.run<unknown>((statements) =>
        answer === null
          ? statements.delete(idempotencyKeys).where(isRunning)
          : statements
              .update(idempotencyKeys)
              .set({ status: answer.status, body: answer.body })
              .where(isRunning),
      );
    },
  };
}

/** Of several that remove at once none waits for another. */
async function removeOld(statements: Statements, nowMs: number): Promise<void> {
  const { principal, key, createdAt } = idempotencyKeys;
  const old = statements
    .select({ principal, key })
    .from(idempotencyKeys)
    .where(lte(createdAt, new Date(nowMs - KEPT_MS)))
    .orderBy(createdAt)
    .limit(REMOVED_AT_ONCE)
    .for('update', { skipLocked: true });
  await statements.delete(idempotencyKeys).where(sql`(${principal}, ${key}) IN ${old}`);
}

/** Whether the key is the request's now. One statement, so that of several that want a key at once exactly one has it. */
async function takeKey(statements: Statements, request: IdempotentRequest, nowMs: number): Promise<boolean> {
  const { principal, key, digest, createdAt, status } = idempotencyKeys;
  const begun = { digest: request.digest, createdAt: new Date(nowMs), status: null, body: null };
  const { rowCount } = await statements
    .insert(idempotencyKeys)
    .values({ principal: request.principal, key: request.key, ...begun })
    .onConflictDoUpdate({
      target: [principal, key],
      set: begun,
      setWhere: sql`${createdAt} <= ${new Date(nowMs - KEPT_MS)}
        OR (${status} IS NULL AND ${digest} = ${request.digest} AND ${createdAt} <= ${new Date(nowMs - ABANDONED_MS)})`,
    });
  return rowCount !== 0;
}

async function readState(
  statements: Statements,
  request: IdempotentRequest,
): Promise<IdempotencyState | null> {
  const [row] = await statements.select().from(idempotencyKeys).where(isAt(request));
  if (row === undefined) return null;
  if (row.digest !== request.digest) return { kind: 'different' };
  return row.status === null
    ? { kind: 'running' }
    : { kind: 'answered', answer: { status: row.status, body: row.body } };
}

function isAt({ principal, key }: IdempotentRequest): SQL | undefined {
  return and(eq(idempotencyKeys.principal, principal), eq(idempotencyKeys.key, key));
}
