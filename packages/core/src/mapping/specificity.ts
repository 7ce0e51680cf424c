import { isList, matchesPattern, type Pattern, type Patterns } from './glob.ts';

/** The four names by which rules are matched. */
export interface Coordinates {
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly target: string;
}

/** The patterns of a rule for each of the four names. */
export interface RulePatterns {
  readonly clusters: Patterns;
  readonly namespaces: Patterns;
  readonly serviceAccounts: Patterns;
  readonly targets: Patterns;
}

/** How closely a rule's patterns fit the four names. */
export interface Specificity {
  readonly serviceAccounts: number;
  readonly namespaces: number;
  readonly clusters: number;
  readonly targets: number;
}

/** The closeness of patterns of which none matches. */
export const NO_MATCH = -1;

/** How closely the rule fits, or null where one of the four names matches none of its patterns. */
export function specificityOf(patterns: RulePatterns, at: Coordinates): Specificity | null {
  const serviceAccounts = closeness(patterns.serviceAccounts, at.serviceAccount);
  if (serviceAccounts === NO_MATCH) return null;
  const namespaces = closeness(patterns.namespaces, at.namespace);
  if (namespaces === NO_MATCH) return null;
  const clusters = closeness(patterns.clusters, at.cluster);
  if (clusters === NO_MATCH) return null;
  const targets = closeness(patterns.targets, at.target);
  if (targets === NO_MATCH) return null;
  return { serviceAccounts, namespaces, clusters, targets };
}

/**
 * The literal characters of the best pattern that matches. The name itself has them all, and so beats every glob, whose
 * `*` stands for one of them at least.
 */
export function closeness(patterns: Patterns, value: string): number {
  if (!isList(patterns)) return closenessOf(patterns, value);
  let best = NO_MATCH;
  for (const pattern of patterns) best = Math.max(best, closenessOf(pattern, value));
  return best;
}

function closenessOf(pattern: Pattern, value: string): number {
  if (!matchesPattern(pattern, value)) return NO_MATCH;
  return typeof pattern === 'string' ? pattern.length : pattern.literalLength;
}
