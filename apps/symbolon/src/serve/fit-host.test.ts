import { expect, test } from 'vitest';
import { createIsFitHost } from './fit-host.ts';

test.each(['a', 'A', 'broker.example', 'broker.example:8443', 'a_b', '127.0.0.1:8080', '[::1]', '[::1]:80'])(
  'takes the host %s, again and again',
  (host) => {
    const isFitHost = createIsFitHost();
    expect([host, 'other', host, host].map(isFitHost)).toEqual([true, true, true, true]);
  },
);

test.each([
  undefined,
  '',
  ':80',
  'a:',
  'a:99999',
  'a b',
  'a/b',
  'a\\b',
  'a?b',
  'a#b',
  'user:password@a',
  '%41',
  '\u00e9',
  '[',
  '[0:0::1]',
  '1.2.3.4.5',
  '0x7f.1',
])('A46: refuses the host %j, also after one that is fit', (host) => {
  const isFitHost = createIsFitHost();
  expect(isFitHost(host)).toBe(false);
  expect(isFitHost('a')).toBe(true);
  expect(isFitHost(host)).toBe(false);
});
