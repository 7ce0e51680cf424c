import { meantWord } from '@symbolon/core';

/** `Did you mean ...?` where most of a word is right; nothing otherwise. */
export function nearestName(word: string, known: readonly string[]): readonly string[] {
  const meant = meantWord(word, known, Math.max(1, word.length / 3));
  return meant === null ? [] : [`Did you mean ${meant}?`];
}
