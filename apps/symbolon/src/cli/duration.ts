import { InvalidArgumentError } from 'commander';

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
]);
const MAX_SECONDS = 366 * 86_400;

/** Reads `90s`, `10m`, `2h` or `7d`, at most 366 days, as an option of commander. */
export function parseDurationSeconds(text: string): number {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text);
  const seconds = Number(match?.[1]) * (SECONDS.get(match?.[2] ?? '') ?? Number.NaN);
  if (!(seconds <= MAX_SECONDS)) {
    throw new InvalidArgumentError('Write a number and its unit, such as 90s, 10m, 2h or 7d, at most 366d.');
  }
  return seconds;
}
