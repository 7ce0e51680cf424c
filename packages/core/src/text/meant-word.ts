import { nearest } from './nearest.ts';

/** Longer words are no mistyping of ours, and the search takes time by the length. */
const MAX_LENGTH = 64;

/** What of the known words somebody most likely meant; null where more than `maxEdits` of the letters are others. */
export function meantWord(
  word: string,
  known: readonly string[],
  maxEdits: number = word.length / 3,
): string | null {
  if (word.length > MAX_LENGTH) return null;
  const { candidate, distance } = nearest(word, known);
  return distance <= maxEdits ? candidate : null;
}
