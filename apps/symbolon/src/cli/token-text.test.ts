import { expect, test } from 'vitest';
import { hideTokens, holdsToken } from './token-text.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

test.each([
  [`a ${TOKEN} b`, 'a (token) b'],
  [`"token":"${TOKEN}"`, '"token":"(token)"'],
  [`Bearer-${TOKEN}`, '(token)'],
  [`some-long-name.of-a.${TOKEN}`, 'some-long-name.of-a.(token)'],
  [`${TOKEN}${TOKEN}`, '(token)'],
  ['eyJhbGciOiJkaXIifQ..iv.text.tag', '(token)'],
])('A50: of %s nothing of the token is left', (text, shown) => {
  expect(hideTokens(text)).toBe(shown);
  expect(holdsToken(text)).toBe(true);
});

test.each(['eyJ', 'https://vault.example.com/a.b', 'eyJhbGciOiJSUzI1NiJ9', 'eyJhbGciOiJSUzI1NiJ9.a'])(
  '%s is no token',
  (text) => {
    expect(hideTokens(text)).toBe(text);
    expect(holdsToken(text)).toBe(false);
  },
);

test('a long text that begins a token at every third character holds nobody up', () => {
  const text = 'eyJ'.repeat(40_000);
  expect(hideTokens(`${text} ${TOKEN}`)).toBe(`${text} (token)`);
});
