import { expect, test } from 'vitest';
import { filesRefused } from './read-manifests.ts';

test('however many problems there are, the first are told and the others counted', () => {
  const problems = Array.from({ length: 150_000 }, (_, index) => ({
    place: { file: 'a.yaml', line: index + 1 },
    detail: 'must be an object',
  }));
  const { message, hints } = filesRefused(problems);
  expect(message).toBe('there are 150000 problems, so nothing was changed');
  expect([hints.length, hints.at(0), hints.at(-1)]).toEqual([
    101,
    'a.yaml:1: must be an object',
    'and 149900 more',
  ]);
});
