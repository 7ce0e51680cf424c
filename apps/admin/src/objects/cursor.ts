import { isDnsLabel } from '@symbolon/core';

/** Where a page of a list ended, opaque to callers: the name of its last object. */
export function encodeCursor(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url');
}

/** Null for what `encodeCursor` did not make. */
export function decodeCursor(cursor: string): string | null {
  const name = Buffer.from(cursor, 'base64url').toString('utf8');
  return isDnsLabel(name) && encodeCursor(name) === cursor ? name : null;
}
