import { nearest } from '../text/nearest.ts';

const MAX_EDITS = 2;
/** Longer names are not compared: that takes time in the square of their length, for each of many rules. */
const MAX_LENGTH = 63;

/**
 * The one of our names that somebody most likely meant who wrote another: two edits away at most, and no more than a
 * third of what was written. Null where there is none.
 */
export function meantName(written: string, names: readonly string[]): string | null {
  if (written.length > MAX_LENGTH) return null;
  const maxEdits = Math.min(MAX_EDITS, Math.floor(written.length / 3));
  const near = names.filter((name) => Math.abs(name.length - written.length) <= maxEdits);
  const { candidate, distance } = nearest(written, near);
  return distance <= maxEdits ? candidate : null;
}
