const UNITS = [
  ['h', 36_000],
  ['min', 600],
] as const;

/** Seconds for people: `24 h 30 s`, `1 h 5 min`, `10.1 s`. Rounded up to a tenth: a bound is never understated. */
export function durationText(seconds: number): string {
  // Of 75.1 + 600 and the like, the last digits are no time at all.
  let tenths = Math.ceil(Math.round(seconds * 1000) / 100);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(tenths / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    tenths -= count * size;
  }
  if (tenths > 0 || parts.length === 0) parts.push(`${tenths / 10} s`);
  return parts.join(' ');
}
