import { type Refusal, refuse } from './problem.ts';

/** The parameters of a query: each at most once, and none but the known. */
export function readQuery(
  url: string,
  known: readonly string[],
): { readonly kind: 'query'; readonly values: ReadonlyMap<string, string> } | Refusal {
  const { searchParams } = new URL(url);
  const values = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (!known.includes(name)) {
      const detail =
        known.length === 0
          ? 'no query parameter is known here'
          : `only ${known.join(' and ')} are known here`;
      return refuse('invalid_request', { detail });
    }
    if (values.has(name)) return refuse('invalid_request', { detail: `${name} comes more than once` });
    values.set(name, value);
  }
  return { kind: 'query', values };
}
