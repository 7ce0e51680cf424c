import type { Switch } from './live-world.ts';

/** A switch is turned to a word. */
export interface Turn {
  readonly path: string;
  readonly word: string;
}

/** At most so many switches are not whole at once: with more, hardly anything would be issued. */
const MAX_BROKEN = 3;

/**
 * Turns every switch to each of its words and back, in random order, so often; then all are whole. Each turn changes
 * something.
 */
export function randomTurns(switches: readonly Switch[], rounds: number): readonly Turn[] {
  const turns: Turn[] = [];
  let broken: readonly Switch[] = [];
  const mendOne = () => {
    const [mended, ...rest] = shuffled(broken);
    if (mended !== undefined) turns.push({ path: mended.path, word: mended.whole });
    broken = rest;
  };
  for (let round = 0; round < rounds; round++) {
    const breaks = switches.flatMap((one) =>
      Object.keys(one.bodies).flatMap((word) => (word === one.whole ? [] : [{ one, word }])),
    );
    for (const { one, word } of shuffled(breaks)) {
      turns.push({ path: one.path, word });
      broken = [...broken.filter((other) => other !== one), one];
      if (broken.length > Math.random() * MAX_BROKEN) mendOne();
    }
    while (broken.length > 0) mendOne();
  }
  return turns;
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
