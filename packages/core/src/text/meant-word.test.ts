import { expect, test } from 'vitest';
import { meantWord } from './meant-word.ts';

test.each([
  ['audience', ['audiences', 'issuers'], 'audiences'],
  ['AUDIENCES', ['audiences'], 'audiences'],
  ['axd', ['aud', 'iss'], 'aud'],
  ['axx', ['aud'], null],
  ['aud', [], null],
])('of %j and %j, %j was meant', (word, known, meant) => {
  expect(meantWord(word, known)).toBe(meant);
});

test('of a word of two letters one may be another, where the caller says so', () => {
  expect(meantWord('ab', ['ac'])).toBeNull();
  expect(meantWord('ab', ['ac'], 1)).toBe('ac');
});

test('a word that is longer than any of ours is compared with none', () => {
  const known = ['a'.repeat(65)];
  expect(meantWord('a'.repeat(64), known)).toBe(known[0]);
  expect(meantWord('a'.repeat(65), known)).toBeNull();
});
