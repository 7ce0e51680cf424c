/**
 * The rules that are measured and the workloads that ask under them: 90 % name one ServiceAccount, 9 % a namespace
 * with `*`, 1 % the prefix of a namespace, spread over 100 identity systems. Rule and workload of one number belong
 * together, and no workload matches a rule of another number.
 */

export const CLUSTER = 'bench';
export const SYSTEM_COUNT = 100;
export const TARGET = 'main';

type RuleKind = 'exact' | 'namespace' | 'prefix';

export interface RuleMatch {
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  readonly serviceAccounts: readonly string[];
}

export interface BenchWorkload {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
}

/** Shifted by one from a system to the next, so that each system has rules of every kind, and so have 100 rules. */
export function kindOf(number: number): RuleKind {
  const position = (Math.floor(number / SYSTEM_COUNT) + number) % 100;
  if (position < 90) return 'exact';
  return position < 99 ? 'namespace' : 'prefix';
}

export function systemOf(number: number): string {
  return `system-${number % SYSTEM_COUNT}`;
}

export function audienceOf(number: number): string {
  return `https://${systemOf(number)}.bench.example`;
}

export function matchOf(number: number): RuleMatch {
  const namespace = `team-${number}`;
  switch (kindOf(number)) {
    case 'exact':
      return { clusters: [CLUSTER], namespaces: [namespace], serviceAccounts: ['app'] };
    case 'namespace':
      return { clusters: [CLUSTER], namespaces: [namespace], serviceAccounts: ['*'] };
    case 'prefix':
      return { clusters: [CLUSTER], namespaces: [`${namespace}-*`], serviceAccounts: ['*'] };
  }
}

export function workloadOf(number: number): BenchWorkload {
  const suffix = kindOf(number) === 'prefix' ? '-preview' : '';
  return { namespace: `team-${number}${suffix}`, serviceAccount: 'app', audience: audienceOf(number) };
}

/** `count` numbers of the first `ruleCount` rules, drawn at random and every time the same. */
export function spread(count: number, ruleCount: number): readonly number[] {
  const random = createRandom(count + ruleCount);
  return Array.from({ length: count }, () => Math.floor(random() * ruleCount));
}

/** mulberry32: small, and even enough for this. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
