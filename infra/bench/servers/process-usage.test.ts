import { expect, test } from 'vitest';
import { cpuTicks } from './process-usage.ts';

test('reads user and system time behind a command that holds spaces and brackets', () => {
  const stat = '4242 (node (a) b) S 1 4242 4242 0 -1 4194304 100 0 0 0 1234 567 0 0 20 0 11 0 99 1 1';
  expect(cpuTicks(stat)).toBe(1234 + 567);
});
