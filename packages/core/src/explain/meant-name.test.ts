import { expect, test } from 'vitest';
import { meantName } from './meant-name.ts';

test.each([
  ['easst', ['west', 'east'], 'east'],
  ['est', ['west', 'east'], 'west'],
  ['paymnets', ['payments'], 'payments'],
  ['apl', ['api'], 'api'],
  ['EAST', ['east'], 'east'],
])('%s among %j most likely meant %s', (written, names, meant) => {
  expect(meantName(written, names)).toBe(meant);
});

test.each([
  ['three edits, however long the name', 'paymentsxyz', ['payments']],
  ['more than a third of what was written', 'apil', ['opal']],
  ['half of a name of two letters', 'ap', ['api']],
  ['no names at all', 'east', []],
  ['names that are too long to be compared for each of many rules', `${'a'.repeat(63)}b`, ['a'.repeat(63)]],
])('%s: nothing is guessed', (_, written, names) => {
  expect(meantName(written, names)).toBeNull();
});
