/**
 * A pattern of a rule, compiled once. A string is an exact name; a `Glob` has at least one `*`, each of which stands
 * for one or more characters, dots included. There is no RegExp: nothing in a pattern is special but `*`, and a match
 * is one pass over the value.
 */
export type Pattern = string | Glob;

export interface Glob {
  readonly prefix: string;
  readonly suffix: string;
  /** What stands between two `*`, in order. */
  readonly middles: readonly string[];
  /** Characters that are not `*`: more of them make a more specific match. */
  readonly literalLength: number;
}

/** One pattern, as nearly every list of a rule has it, or all of several: a list for each would weigh more than it. */
export type Patterns = Pattern | readonly Pattern[];

export function listOfPatterns(patterns: Patterns): readonly Pattern[] {
  return isList(patterns) ? patterns : [patterns];
}

export function isList(patterns: Patterns): patterns is readonly Pattern[] {
  return Array.isArray(patterns);
}

/** The pattern must have been judged by `isGlobOf`: here every string is one pattern or another. */
export function compilePattern(pattern: string): Pattern {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern;
  return {
    prefix: parts[0] ?? '',
    suffix: parts.at(-1) ?? '',
    middles: parts.slice(1, -1),
    literalLength: pattern.length - (parts.length - 1),
  };
}

/** Whether the pattern matches the whole value, case and all. */
export function matchesPattern(pattern: Pattern, value: string): boolean {
  if (typeof pattern === 'string') return pattern === value;
  if (!value.startsWith(pattern.prefix) || !value.endsWith(pattern.suffix)) return false;
  let at = pattern.prefix.length;
  for (const part of pattern.middles) {
    // The leftmost place is the best: whatever follows has the most room then.
    const found = value.indexOf(part, at + 1);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at + 1 + pattern.suffix.length <= value.length;
}
