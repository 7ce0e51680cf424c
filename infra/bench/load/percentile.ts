/** The nearest-rank percentile of values in ascending order: the least that at least `percent` of them do not exceed. */
export function percentile(ascending: Float64Array, percent: number): number {
  const rank = Math.ceil((percent / 100) * ascending.length);
  const value = ascending[Math.max(0, rank - 1)];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(Float64Array.from(values).toSorted(), 50);
}
