import { expect, test } from 'vitest';
import { parseNetworks } from './network.ts';

test('addresses and networks of both families are read', () => {
  expect(parseNetworks('10.0.0.7, 10.1.0.0/16,2001:db8::/32,::1,::ffff:192.0.2.0/120')).toEqual([
    { address: '10.0.0.7', prefixLength: 32, family: 'ipv4' },
    { address: '10.1.0.0', prefixLength: 16, family: 'ipv4' },
    { address: '2001:db8::', prefixLength: 32, family: 'ipv6' },
    { address: '::1', prefixLength: 128, family: 'ipv6' },
    { address: '192.0.2.0', prefixLength: 24, family: 'ipv4' },
  ]);
});

test.each([
  '',
  '10.0.0.0/0',
  '::/0',
  '::ffff:10.0.0.0/96',
  '10.0.0.0/33',
  '::1/129',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.7:80',
  'proxy.example',
  'fe80::1%eth0',
  '10.0.0.7,',
  '10.0.0.7 10.0.0.8',
  '*',
])('A46: %s, which is everybody or no network at all, is refused', (text) => {
  expect(parseNetworks(text)).toBeNull();
});
