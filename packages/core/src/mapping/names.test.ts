import { describe, expect, test } from 'vitest';
import {
  isAudience,
  isDnsLabel,
  isDnsSubdomain,
  isGlobOf,
  isIdentitySystemName,
  isScopeToken,
  isSharedSubjectName,
} from './names.ts';

/** What A03 and L4 would bring into a name: separators, encodings, controls, other cases and look-alikes. */
const HOSTILE = [
  '',
  '.',
  '..',
  'a..b',
  '.a',
  'a.',
  'a/b',
  'a:b',
  'a%2eb',
  'a b',
  ' a',
  'a ',
  'a\n',
  'a\r\nb',
  'a\0',
  'a\u202eb',
  'a\u200bb',
  'A',
  'aB',
  '-a',
  'a-',
  'a_b',
  'a$b',
  'a{b}',
  'a*',
  'a?',
  '\u0430pi',
  'caf\u00e9',
  'cafe\u0301',
  '\uff41pi',
];

describe('isDnsLabel', () => {
  test.each(['a', '0', 'a-b', 'xn--caf-dma', 'a'.repeat(63)])('accepts %j', (name) => {
    expect(isDnsLabel(name)).toBe(true);
  });
  test.each([...HOSTILE, 'a.b', 'a'.repeat(64)])('A03 L4: refuses %j', (name) => {
    expect(isDnsLabel(name)).toBe(false);
  });
});

describe('isDnsSubdomain', () => {
  test.each(['a', 'a.b', 'a-b.c.0', `${'a'.repeat(64)}.b`, 'a'.repeat(253)])('accepts %j', (name) => {
    expect(isDnsSubdomain(name)).toBe(true);
  });
  test.each([...HOSTILE, 'a.-b', 'a-.b', 'a'.repeat(254)])('A03 L4: refuses %j', (name) => {
    expect(isDnsSubdomain(name)).toBe(false);
  });
});

describe('isIdentitySystemName', () => {
  test('accepts a DNS label', () => expect(isIdentitySystemName('myidsystem')).toBe(true));
  test.each(['a.b', 'symbolon', 'system:admin', 'user:github:1'])('A01 A05: refuses %j', (name) => {
    expect(isIdentitySystemName(name)).toBe(false);
  });
});

describe('isSharedSubjectName', () => {
  test('accepts a DNS label', () => expect(isSharedSubjectName('deployers')).toBe(true));
  test.each([...HOSTILE, 'a.b', 'a'.repeat(64)])('A03: refuses %j', (name) => {
    expect(isSharedSubjectName(name)).toBe(false);
  });
});

describe('isAudience', () => {
  test.each(['vault', 'https://vault.company.com/v1?a=b', 'api://AzureADTokenExchange', 'a'.repeat(255)])(
    'accepts %j',
    (value) => expect(isAudience(value)).toBe(true),
  );
  test.each(['', 'a b', 'a*', 'a"b', 'a\\b', 'a\n', 'caf\u00e9', 'a'.repeat(256)])('refuses %j', (value) => {
    expect(isAudience(value)).toBe(false);
  });
});

describe('isScopeToken', () => {
  test.each(['read', 'a:b/c', '!#$', '**', 'a'.repeat(255)])('accepts %j', (value) => {
    expect(isScopeToken(value)).toBe(true);
  });
  test.each(['', '*', 'a b', 'a"', 'a\\', 'a\t', '\u007f', 'caf\u00e9', 'a'.repeat(256)])(
    'refuses %j',
    (value) => {
      expect(isScopeToken(value)).toBe(false);
    },
  );
});

describe('isGlobOf', () => {
  test.each([
    ['namespace', '*'],
    ['namespace', 'demo'],
    ['namespace', 'team-*'],
    ['namespace', '*a*b*'],
    ['serviceAccount', '*.prod'],
    ['serviceAccount', 'api.*'],
    ['audience', 'https://*.company.com/*'],
  ] as const)('accepts the %s pattern %j', (kind, pattern) => {
    expect(isGlobOf(kind, pattern)).toBe(true);
  });

  test.each([
    ['namespace', ''],
    ['namespace', '**'],
    ['namespace', '*.prod'],
    ['namespace', 'Team-*'],
    ['namespace', '-*'],
    ['namespace', `${'a'.repeat(63)}*`],
    ['cluster', 'eu1.*'],
    ['target', 'vault/*'],
    ['serviceAccount', '*..*'],
    ['serviceAccount', 'a|b'],
    ['serviceAccount', '(?i)admin'],
    ['serviceAccount', '[a-z]*'],
    ['audience', 'a *'],
  ] as const)('L1: refuses the %s pattern %j, which no name of its kind could match', (kind, pattern) => {
    expect(isGlobOf(kind, pattern)).toBe(false);
  });
});
