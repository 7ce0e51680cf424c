import { withoutLastSlash } from '../configuration/reserved-audience.ts';
import type { NearMiss } from './explanation.ts';

interface Alike {
  readonly kind: Extract<NearMiss['kind'], 'letter_case' | 'trailing_slash'>;
  /** One of ours: what was given is never repeated. */
  readonly value: string;
  readonly butFor: string;
}

/** Those of our values that a given one differs from by a slash at its end or the case of letters, and by no more. */
export function alike(ours: readonly string[], given: readonly string[]): readonly Alike[] {
  const exact = new Set(given);
  const withoutSlash = new Set(given.map(withoutLastSlash));
  const folded = new Set(given.map(folding));
  return [...new Set(ours)]
    .filter((value) => !exact.has(value) && folded.has(folding(value)))
    .map((value) =>
      withoutSlash.has(withoutLastSlash(value))
        ? { kind: 'trailing_slash', value, butFor: 'a slash at its end' }
        : { kind: 'letter_case', value, butFor: 'the case of letters' },
    );
}

function folding(value: string): string {
  return withoutLastSlash(value).toLowerCase();
}
