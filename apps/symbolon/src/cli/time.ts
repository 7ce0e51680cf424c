const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago something was, in the largest unit that leaves two digits or so: `45s`, `10m`, `5h`, `12d`. */
export function ageOf(instant: unknown, nowMs: number): string {
  const atMs = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(atMs)) return '';
  const ms = Math.max(0, nowMs - atMs);
  if (ms < 2 * MINUTE_MS) return `${Math.floor(ms / 1000)}s`;
  if (ms < 2 * HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

/** RFC 3339 in UTC, whole seconds. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
