import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareByteOrder } from './byte-order.ts';

test('orders every two strings as their UTF-8 bytes are ordered', () => {
  const unit = fc.constantFrom(
    'a',
    'B',
    '0',
    '\u00e4',
    '\ud7ff',
    '\ue000',
    '\uff21',
    '\u{10000}',
    '\u{10ffff}',
  );
  const text = fc.string({ unit, maxLength: 4 });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect(Math.sign(compareByteOrder(left, right))).toBe(bytes);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['B', 'a'],
  ['a', 'a0'],
  ['rule-10', 'rule-2'],
  ['\uff21', '\u{1f600}'],
  ['z', '\u00e4'],
])('puts %j before %j, unlike a dictionary or UTF-16', (first, second) => {
  expect(compareByteOrder(first, second)).toBeLessThan(0);
  expect(compareByteOrder(second, first)).toBeGreaterThan(0);
});
