import type { Jwk } from './ports.ts';

/**
 * The keys of all sets. A key that several publish alike is one: issuers of one cluster are often served the same keys.
 * What shares a kid and is not alike stays, for the import to refuse both; so does what comes twice in one set.
 */
export function joinJwks(sets: readonly (readonly Jwk[])[]): readonly Jwk[] {
  const seen = new Set<string>();
  return sets.flatMap((set) => {
    const fresh = set.filter((jwk) => !seen.has(textOf(jwk)));
    for (const jwk of set) seen.add(textOf(jwk));
    return fresh;
  });
}

/** The same for the same members, in whatever order they were published. */
function textOf(jwk: Jwk): string {
  return JSON.stringify(Object.entries(jwk).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
