import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEntityTags } from './entity-tag.ts';

test.each([
  ['*', 'any'],
  [' * ', 'any'],
  ['"a"', [{ opaque: 'a', isWeak: false }]],
  ['W/"a"', [{ opaque: 'a', isWeak: true }]],
  [
    '"a", W/"b,c" ,""',
    [
      { opaque: 'a', isWeak: false },
      { opaque: 'b,c', isWeak: true },
      { opaque: '', isWeak: false },
    ],
  ],
])('%s is read', (header, tags) => {
  expect(parseEntityTags(header)).toEqual(tags);
});

test.each([
  '',
  'a',
  '"a',
  'a"',
  'w/"a"',
  'W/ "a"',
  '"a" "b"',
  '"a",',
  ',"a"',
  '*, "a"',
  '"a b"',
  '"a"\u0000',
])('%j is no list of entity tags', (header) => {
  expect(parseEntityTags(header)).toBeNull();
});

test('whatever a header holds is read or refused, and what is read was there in quotation marks', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', ',', ' ', 'W', '/', 'a', '*') }), (header) => {
      const tags = parseEntityTags(header);
      if (tags === null || tags === 'any') return true;
      return tags.every(({ opaque }) => header.includes(`"${opaque}"`));
    }),
    { numRuns: 500 },
  );
});
