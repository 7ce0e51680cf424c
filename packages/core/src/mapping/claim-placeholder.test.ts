import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdsPlaceholder } from './claim-placeholder.ts';

describe('holdsPlaceholder', () => {
  test.each([
    '\u0024{aws:username}',
    '$x',
    '{{identity.entity.name}}',
    '{namespace}',
    'a}',
    'team-*',
    'a?',
    '`x`',
  ])(
    'L7 L8: sees that %s would be filled in by somebody, as a value, a member, an element or a name',
    (text) => {
      for (const claims of [
        { a: text },
        { a: { b: text } },
        { a: ['x', [text]] },
        { [text]: 1 },
        { a: { [text]: 1 } },
      ]) {
        expect(holdsPlaceholder(claims)).toBe(true);
      }
    },
  );

  test('A06: takes literals of every type for what they are', () => {
    expect(
      holdsPlaceholder({ a: 'x/y:z.w', b: -1.5, c: true, d: null, e: ['f', { g: [] }], 'https://a/b': '' }),
    ).toBe(false);
  });

  test('L8: lets no text by that holds one of $ ` { } * ?', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('$', '`', '{', '}', '*', '?'), (json, sign) => {
        const value: unknown = JSON.parse(json);
        expect(holdsPlaceholder([JSON.stringify(value), `a${sign}b`])).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
