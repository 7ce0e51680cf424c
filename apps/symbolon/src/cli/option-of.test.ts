import { expect, test } from 'vitest';
import { optionOf } from './option-of.ts';

test.each([
  ['', ''],
  ['/reason', '--reason'],
  ['/workload/serviceAccountUid', '--service-account-uid'],
  ['/audience/0', '--audience'],
])('%j was given as %j', (pointer, option) => {
  expect(optionOf(pointer)).toBe(option);
});
