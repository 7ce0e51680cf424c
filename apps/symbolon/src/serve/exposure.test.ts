import { expect, test } from 'vitest';
import { exposureOf } from './exposure.ts';

const loopback = { host: '127.0.0.1', port: 8080 };
const everywhere = { host: '0.0.0.0', port: 8080 };
const closed = { listen: loopback, adminListen: loopback, metricsListen: null };

test('metrics that the world can read, and an admin token in the clear, are told at the start; nothing else is', () => {
  expect(exposureOf(closed)).toEqual([]);
  expect(exposureOf({ ...closed, listen: everywhere })).toEqual([expect.stringContaining('metrics')]);
  expect(exposureOf({ ...closed, listen: everywhere, metricsListen: loopback })).toEqual([]);
  expect(exposureOf({ ...closed, metricsListen: everywhere })).toEqual([]);
  expect(exposureOf({ ...closed, adminListen: everywhere })).toEqual([
    expect.stringContaining('admin token'),
  ]);
});
