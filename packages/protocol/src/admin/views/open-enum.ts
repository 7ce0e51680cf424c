import { z } from 'zod';

/**
 * A word of a list that may grow: readers must be able to meet a word that is newer than they are. The words of today
 * stand in the description of the API.
 */
export function openEnum(words: readonly string[], description: string) {
  return z.string().meta({ description, 'x-extensible-enum': words });
}
