import { expect, test } from 'vitest';
import { durationText } from './duration-text.ts';

test.each([
  [86_430, '24 h 30 s'],
  [86_400, '24 h'],
  [3_900, '1 h 5 min'],
  [675.1, '11 min 15.1 s'],
  [75.1 + 600, '11 min 15.1 s'],
  [10.01, '10.1 s'],
  [59.96, '1 min'],
  [0, '0 s'],
])('%d seconds read %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
