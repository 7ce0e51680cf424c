import type { SigningKeyStore, StoredSigningKey } from '@symbolon/core';
import { asc } from 'drizzle-orm';
import { lockFor } from './advisory-lock.ts';
import type { Database, Statements } from './database.ts';
import { signingKeys } from './schema.ts';
import { storageCall } from './storage-call.ts';

export function createSigningKeyStore(database: Database): SigningKeyStore {
  return {
    readSigningKeys: () => database.run(readKeys),
    changeSigningKeys: (plan) =>
      database.transaction('begin', async (statements) => {
        const before = await storageCall(async () => {
          await lockFor(statements, 'signing keys');
          return readKeys(statements);
        });
        const planned = await plan(before);
        return storageCall(async () => {
          for (const key of currentLast(planned)) await writeKey(statements, key);
          return readKeys(statements);
        });
      }),
  };
}

/** The database holds one current key of an algorithm at any moment: the old one must step back first. */
function currentLast(keys: readonly StoredSigningKey[]): readonly StoredSigningKey[] {
  return keys.toSorted((left, right) => Number(left.state === 'current') - Number(right.state === 'current'));
}

async function readKeys(statements: Statements): Promise<readonly StoredSigningKey[]> {
  const rows = await statements
    .select()
    .from(signingKeys)
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.kid));
  return rows.map(({ createdAt, publishedAt, activatedAt, retiredAt, ...key }) => ({
    ...key,
    createdAtMs: createdAt.getTime(),
    publishedAtMs: publishedAt?.getTime() ?? null,
    activatedAtMs: activatedAt?.getTime() ?? null,
    retiredAtMs: retiredAt?.getTime() ?? null,
  }));
}

async function writeKey(statements: Statements, key: StoredSigningKey): Promise<void> {
  const row = {
    kid: key.kid,
    algorithm: key.algorithm,
    state: key.state,
    publicJwk: key.publicJwk,
    sealedPrivateKey: key.sealedPrivateKey,
    createdAt: new Date(key.createdAtMs),
    publishedAt: instantOf(key.publishedAtMs),
    activatedAt: instantOf(key.activatedAtMs),
    retiredAt: instantOf(key.retiredAtMs),
  };
  await statements.insert(signingKeys).values(row).onConflictDoUpdate({ target: signingKeys.kid, set: row });
}

function instantOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
