/** A clock that moves only when told. All values are milliseconds since the epoch. */
export interface FakeClock {
  now(): number;
  advance(ms: number): void;
  set(ms: number): void;
}

/** Starts at `startMs`. `now` may be passed on unbound. */
export function createFakeClock(startMs: number): FakeClock {
  let current = startMs;
  return {
    now: () => current,
    advance: (ms) => {
      current += ms;
    },
    set: (ms) => {
      current = ms;
    },
  };
}
