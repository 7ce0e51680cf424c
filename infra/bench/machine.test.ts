import { expect, test } from 'vitest';
import { describeMachine, describeNoise } from './machine.ts';
import { NOTHING_MEASURED } from './measured.ts';

test('the machine is told with its disk, and with the cores where each has one', () => {
  const facts = { fsyncsPerSecond: 1234.5, postgres: '18' };
  const pinned = describeMachine({ ...facts, pinning: { serverCore: 0, generatorCore: 1 } });
  expect(pinned).toContain(
    `Node ${process.version}; PostgreSQL 18 with fsync; 1235 fsyncs/s; server on core 0`,
  );
  expect(describeMachine({ ...facts, pinning: null })).toContain('NOT PINNED');
});

test('a floor that others kept from its core marks the table', () => {
  const floor = (serverPercent: number | null) => [{ ...NOTHING_MEASURED, name: 'floor', serverPercent }];
  expect(describeNoise(floor(40.2))).toContain('NOT QUIET: the floor got 40 % of its core');
  expect(describeNoise(floor(99))).toBeNull();
  expect(describeNoise(floor(null))).toBeNull();
  expect(describeNoise([])).toBeNull();
});
