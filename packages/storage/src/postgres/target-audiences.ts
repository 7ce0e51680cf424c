import type { Kind, ObjectKey, StoredObject } from '@symbolon/core';
import { and, eq } from 'drizzle-orm';
import type { Statements } from './database.ts';
import { targetAudiences } from './schema.ts';

export async function findTargetByAudience(
  statements: Statements,
  audience: string,
): Promise<ObjectKey<'Target'> | null> {
  const [row] = await statements.select().from(targetAudiences).where(eq(targetAudiences.audience, audience));
  return row === undefined ? null : { kind: 'Target', identitySystem: row.identitySystem, name: row.target };
}

/** Makes the audiences of a stored target its own, and frees those that it had and has no more. */
export async function claimAudiences(statements: Statements, object: StoredObject): Promise<void> {
  if (!isTarget(object)) return;
  const { identitySystem, name } = object.key;
  if (identitySystem === null) return;
  await statements
    .delete(targetAudiences)
    .where(and(eq(targetAudiences.identitySystem, identitySystem), eq(targetAudiences.target, name)));
  const audiences = [...new Set(object.spec.audiences)];
  if (audiences.length === 0) return;
  await statements
    .insert(targetAudiences)
    .values(audiences.map((audience) => ({ audience, identitySystem, target: name })));
}

function isTarget(object: StoredObject<Kind>): object is StoredObject<'Target'> {
  return object.key.kind === 'Target';
}
