import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['audience', ['audiences', 'issuedAudience'], 'audiences', 1],
  ['DATADIR', ['LISTEN', 'DATA_DIR'], 'DATA_DIR', 1],
  ['displayname', ['description', 'displayName'], 'displayName', 0],
  ['kitten', ['sitting'], 'sitting', 3],
  ['', ['a', 'ab'], 'a', 1],
])('%j among %j most likely meant %s', (word, candidates, ...[candidate, distance]) => {
  expect(nearest(word, candidates)).toEqual({ candidate, distance });
});

test('among nothing, nothing is near', () => {
  expect(nearest('a', []).distance).toBe(Number.POSITIVE_INFINITY);
});
