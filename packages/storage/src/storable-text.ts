import { UnavailableError } from '@symbolon/core';

/*
 * JSON and JavaScript strings can hold what no PostgreSQL text can: U+0000, and half a surrogate pair. An object
 * that holds one is refused, since keeping something else would change what it means. An audit event must never be
 * refused for its content, which a caller chose and which would take the whole batch with it: there it is replaced.
 */

const REPLACEMENT = '\u{fffd}';
/** Matches wherever the JSON text may spell such a character; a spelt-out backslash matches too, and costs a walk. */
const MAY_BE_UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/** `value` as JSON text that PostgreSQL can store as jsonb. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // The first look is for what hardly any event holds, and costs next to nothing.
  if (!json.includes('\\u') || !MAY_BE_UNSTORABLE.test(json)) return json;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed().replaceAll('\0', REPLACEMENT) : member,
  );
}

/** Throws `UnavailableError('internal_error')`: whoever took the object from outside should have refused it there. */
export function assertStorable(value: unknown): void {
  JSON.stringify(value, (name, member: unknown) => {
    if (!isStorable(name) || (typeof member === 'string' && !isStorable(member))) {
      throw new UnavailableError('internal_error', 'an object holds text that no database can store');
    }
    return member;
  });
}

/** Whether a database can store `text`. What it cannot is equal to nothing that is stored. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
