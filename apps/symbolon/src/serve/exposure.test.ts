import { expect, test } from 'vitest';
import { exposureOf } from './exposure.ts';

const loopback = { host: '127.0.0.1', port: 8080 };
const everywhere = { host: '0.0.0.0', port: 8080 };
const closed = {
  role: 'all',
  listen: loopback,
  adminListen: loopback,
  metricsListen: null,
  tls: null,
} as const;
const tls = { certFile: 'tls.crt', keyFile: 'tls.key' };

const METRICS = expect.stringContaining('metrics');
const ADMIN_TOKEN = expect.stringContaining('admin token');
const CREDENTIALS = expect.stringContaining('credentials');

test('metrics that the world can read, and secrets in the clear, are told at the start; nothing else is', () => {
  expect(exposureOf(closed)).toEqual([]);
  expect(exposureOf({ ...closed, listen: everywhere })).toEqual([CREDENTIALS, METRICS]);
  expect(exposureOf({ ...closed, listen: everywhere, metricsListen: loopback })).toEqual([CREDENTIALS]);
  expect(exposureOf({ ...closed, metricsListen: everywhere })).toEqual([]);
  expect(exposureOf({ ...closed, adminListen: everywhere })).toEqual([ADMIN_TOKEN]);
});

test('TLS keeps secrets from the network, and metrics from nobody', () => {
  expect(exposureOf({ ...closed, tls, adminListen: everywhere })).toEqual([]);
  expect(exposureOf({ ...closed, tls, listen: everywhere })).toEqual([METRICS]);
});

test('a door that the role does not have is not told', () => {
  const open = { ...closed, listen: everywhere, adminListen: everywhere };
  expect(exposureOf({ ...open, role: 'gateway' })).toEqual([CREDENTIALS, METRICS]);
  expect(exposureOf({ ...open, role: 'admin' })).toEqual([ADMIN_TOKEN]);
});
