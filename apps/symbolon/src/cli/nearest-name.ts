import { nearest } from '@symbolon/core';

/** `Did you mean ...?` where most of a word is right; nothing otherwise. */
export function nearestName(word: string, known: readonly string[]): readonly string[] {
  if (word.length > 64) return [];
  const { candidate, distance } = nearest(word, known);
  return distance <= Math.max(1, word.length / 3) ? [`Did you mean ${candidate}?`] : [];
}
