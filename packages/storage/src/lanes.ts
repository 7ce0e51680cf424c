/** Items that wait by key. Each key has its turn: one that was served goes behind the others, however much it has left. */
export interface Lanes<Item> {
  add(key: string, item: Item): void;
  size(): number;
  /** At most `limit` of the key whose turn it is, in the order in which they came. */
  take(limit: number): readonly Item[];
  /** Takes those who are chosen, whosever turn it is. */
  takeWhere(isChosen: (item: Item) => boolean): readonly Item[];
  /** The first of every key. */
  oldest(): readonly Item[];
}

export function createLanes<Item>(): Lanes<Item> {
  const lanes = new Map<string, Item[]>();
  let size = 0;
  return {
    add(key, item) {
      const lane = lanes.get(key);
      if (lane === undefined) lanes.set(key, [item]);
      else lane.push(item);
      size += 1;
    },
    size: () => size,
    take(limit) {
      const [turn] = lanes;
      if (turn === undefined) return [];
      const [key, lane] = turn;
      const taken = lane.splice(0, limit);
      lanes.delete(key);
      if (lane.length > 0) lanes.set(key, lane);
      size -= taken.length;
      return taken;
    },
    takeWhere(isChosen) {
      const chosen: Item[] = [];
      for (const [key, lane] of lanes) {
        const left = lane.filter((item) => !isChosen(item));
        chosen.push(...lane.filter(isChosen));
        if (left.length > 0) lanes.set(key, left);
        else lanes.delete(key);
      }
      size -= chosen.length;
      return chosen;
    },
    oldest: () => [...lanes.values()].flatMap((lane) => lane.slice(0, 1)),
  };
}
