/**
 * Where a page of a list ended, opaque to callers. `list` says which list it is, with its filters and without a line
 * feed: a cursor continues the list that it was given for, and no other.
 */
export function encodeCursor(list: string, position: string): string {
  return Buffer.from(`${list}\n${position}`, 'utf8').toString('base64url');
}

/** The position; null for what `encodeCursor` did not make for this list. */
export function decodeCursor(list: string, cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const position = text.slice(list.length + 1);
  // Written again for this list it is the same text only if it was written for this list.
  return encodeCursor(list, position) === cursor ? position : null;
}
