import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, matchesPattern } from './glob.ts';

function matches(pattern: string, value: string): boolean {
  return matchesPattern(compilePattern(pattern), value);
}

/** `*` is one or more characters, by trying every length of each. */
function matchesByTrial(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] !== '*') return pattern[0] === value[0] && matchesByTrial(pattern.slice(1), value.slice(1));
  for (let taken = 1; taken <= value.length; taken += 1) {
    if (matchesByTrial(pattern.slice(1), value.slice(taken))) return true;
  }
  return false;
}

describe('matchesPattern', () => {
  test('L1: matches exactly where the whole pattern matches the whole value', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '*'), maxLength: 8 });
    const value = fc.string({ unit: fc.constantFrom('a', 'a', 'b', '.'), maxLength: 12 });
    fc.assert(
      fc.property(pattern, value, (p, s) => {
        expect(matches(p, s)).toBe(matchesByTrial(p, s));
      }),
      { numRuns: 5000 },
    );
  });

  test('L1: a value made from the pattern matches it', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), part, (parts, filling) => {
        expect(matches(parts.join('*'), parts.join(filling))).toBe(true);
      }),
    );
  });

  test.each([
    ['a|b', 'a'],
    ['a|b', 'b'],
    ['a)|(b', 'a'],
    ['(?i)admin', 'ADMIN'],
    ['(?=a)', 'a'],
    ['.*', 'ab'],
    ['a.c', 'abc'],
    ['[ab]', 'a'],
    ['a?', 'a'],
    ['^a$', 'a'],
    ['\\w', 'a'],
  ])('L1: nothing in %j is special, so it does not match %j', (pattern, value) => {
    expect(matches(pattern, value)).toBe(false);
    expect(matches(pattern, pattern)).toBe(true);
  });

  test.each([
    ['admin', 'not-admin-at-all'],
    ['admin', 'admin-2'],
    ['admin', 'xadmin'],
    ['admin', 'admin\n'],
    ['admin', '\nadmin'],
  ])('L2: %j is anchored at both ends and does not match %j', (pattern, value) => {
    expect(matches(pattern, value)).toBe(false);
  });

  test.each([
    ['*.prod', 'xprod'],
    ['*.prod', '.prod'],
    ['*.prod', 'a.prod.x'],
    ['team-*', 'team-'],
    ['team-*', 'team'],
    ['*', ''],
    ['a*a', 'a'],
    ['a*a', 'aa'],
    ['*a*', 'a'],
    ['*a*', 'aa'],
    ['ab*bc', 'abc'],
    ['ab*b*bc', 'ab-bc'],
  ])('L3: %j does not match %j, for * is one character at least', (pattern, value) => {
    expect(matches(pattern, value)).toBe(false);
  });

  test.each([
    ['*.prod', 'x.prod'],
    ['*.prod', 'a.b.prod'],
    ['team-*', 'team-a'],
    ['team-*', 'team-a.b'],
    ['*a*', 'bab'],
    ['a*b*c', 'a-b-b-c'],
    ['*', 'anything.at-all'],
  ])('L3: %j matches %j, dots included', (pattern, value) => {
    expect(matches(pattern, value)).toBe(true);
  });

  test.each([
    ['prod', 'Prod'],
    ['prod', 'prod '],
    ['caf\u00e9', 'cafe\u0301'],
    ['prod', '\uff50rod'],
    ['api', '\u0430pi'],
    ['p*', 'Prod'],
  ])('L4: %j does not match the look-alike %j, for nothing is folded', (pattern, value) => {
    expect(matches(pattern, value)).toBe(false);
  });

  test('A41: a pattern made to backtrack ends, for every part is looked for once', () => {
    // Trying every length, as a backtracking matcher does, would not end.
    expect(matches(`${'*a'.repeat(120)}*b`, 'a'.repeat(253))).toBe(false);
  });
});
