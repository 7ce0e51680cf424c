import { expect, test } from 'vitest';
import { inSteps } from './in-steps.ts';

test('the work runs to its end, and others have their turn between its steps', async () => {
  const order: string[] = [];
  function* work() {
    order.push('first');
    yield;
    order.push('last');
    return 7;
  }
  setImmediate(() => order.push('another'));
  expect(await inSteps(work())).toBe(7);
  expect(order).toEqual(['first', 'another', 'last']);
});
