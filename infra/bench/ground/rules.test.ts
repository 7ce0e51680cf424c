import { expect, test } from 'vitest';
import { kindOf, matchOf, SYSTEM_COUNT, spread, systemOf, workloadOf } from './rules.ts';

const countsOf = (numbers: readonly number[]) => {
  const counts = { exact: 0, namespace: 0, prefix: 0 };
  for (const number of numbers) counts[kindOf(number)] += 1;
  return counts;
};

test.each([100, 100_000])('of %i rules 90 % are exact, 9 % name a namespace, 1 % a prefix', (count) => {
  const numbers = Array.from({ length: count }, (_, number) => number);
  expect(countsOf(numbers)).toEqual({ exact: count * 0.9, namespace: count * 0.09, prefix: count * 0.01 });
  expect(new Set(numbers.map(systemOf)).size).toBe(SYSTEM_COUNT);
});

test('every system of 100,000 rules has them in the same proportion', () => {
  const ofOne = Array.from({ length: 1_000 }, (_, index) => index * SYSTEM_COUNT + 42);
  expect(new Set(ofOne.map(systemOf))).toEqual(new Set(['system-42']));
  expect(countsOf(ofOne)).toEqual({ exact: 900, namespace: 90, prefix: 10 });
});

test.each([100, 100_000, 1_000_000])(
  'those who ask are spread over all of %i rules, kinds and systems',
  (count) => {
    const numbers = spread(1_000, count);
    expect(Math.max(...numbers)).toBeGreaterThan(count * 0.98);
    expect(spread(1_000, count)).toEqual(numbers);
    expect(new Set(numbers.map(systemOf)).size).toBe(SYSTEM_COUNT);
    const { exact, namespace, prefix } = countsOf(numbers);
    expect(exact).toBeGreaterThan(850);
    expect(exact).toBeLessThan(950);
    expect(namespace).toBeGreaterThan(50);
    expect(prefix).toBeGreaterThan(0);
  },
);

test('a workload matches the rule of its number, and those of its neighbours never', () => {
  const matches = (pattern: string, value: string) =>
    pattern.endsWith('*')
      ? value.startsWith(pattern.slice(0, -1)) && value.length >= pattern.length
      : value === pattern;
  const numbers = [0, 9, 89, 90, 98, 99, 900, 990, 9_090, 99_099];
  for (const one of numbers) {
    const { namespace, serviceAccount } = workloadOf(one);
    for (const other of numbers) {
      const { namespaces, serviceAccounts } = matchOf(other);
      const isMatch =
        matches(namespaces[0] ?? '', namespace) && matches(serviceAccounts[0] ?? '', serviceAccount);
      expect(isMatch).toBe(one === other);
    }
  }
});
