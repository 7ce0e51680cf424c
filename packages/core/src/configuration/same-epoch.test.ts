import { expect, test } from 'vitest';
import { isSameEpoch } from './same-epoch.ts';

test('A62: a number that is used again after a failover lost the first is another epoch', () => {
  expect(isSameEpoch({ number: 7, id: 'a' }, { number: 7, id: 'a' })).toBe(true);
  expect(isSameEpoch({ number: 7, id: 'a' }, { number: 7, id: 'b' })).toBe(false);
  expect(isSameEpoch({ number: 7, id: 'a' }, { number: 8, id: 'a' })).toBe(false);
});
