/** What was looked at, in the order in which findings are shown. */
export type Area = 'configuration' | 'storage' | 'clock' | 'keys' | 'reachability';

/**
 * One thing that was found. `warning`: it works, and somebody should look at it. `problem`: something does not work
 * or is not safe. `unchecked`: it could not be looked at from here.
 */
export interface Finding {
  readonly area: Area;
  readonly status: 'ok' | 'warning' | 'problem' | 'unchecked';
  /** What is so, on one line, without a secret. */
  readonly what: string;
  /** What to do, on one line; null where there is nothing to do. */
  readonly fix: string | null;
}

export function ok(area: Area, what: string): Finding {
  return { area, status: 'ok', what, fix: null };
}

export function finding(
  status: Exclude<Finding['status'], 'ok'>,
  area: Area,
  words: readonly [what: string, fix: string],
): Finding {
  const [what, fix] = words;
  return { area, status, what, fix };
}
