import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNetworks } from '../config/network.ts';
import { createClientAddressOf } from './client-address.ts';

const PROXIES = parseNetworks('10.0.0.0/8,192.168.1.1,2001:db8:f::/48') ?? [];
const addressOf = createClientAddressOf(PROXIES);

function client(peer: string | undefined, ...rawHeaders: string[]): string | null {
  return addressOf({ incoming: { socket: { remoteAddress: peer }, rawHeaders } });
}

describe('of a peer that is no proxy of ours', () => {
  test.each(['203.0.113.9', '192.168.1.2', '2001:db8:e::1', '::ffff:203.0.113.9'])(
    'A46: nothing that it sends is read: %s stays itself',
    (peer) => {
      const forged = [
        'X-Forwarded-For',
        '198.51.100.1',
        'Forwarded',
        'for=198.51.100.1',
        'X-Real-IP',
        '198.51.100.1',
      ];
      expect(client(peer, ...forged)).toBe(peer.replace('::ffff:', ''));
    },
  );

  test('A39: without proxies nobody is one, the loopback included', () => {
    const none = createClientAddressOf([]);
    const rawHeaders = ['X-Forwarded-For', '198.51.100.1'];
    for (const remoteAddress of ['127.0.0.1', '10.0.0.1'])
      expect(none({ incoming: { socket: { remoteAddress }, rawHeaders } })).toBe(remoteAddress);
  });
});

describe('of a proxy of ours, the right-most address that is none', () => {
  test.each([
    ['one hop', '198.51.100.1', '198.51.100.1'],
    ['what the caller forged stands left', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['proxies of ours are stepped over', '1.1.1.1, 198.51.100.1, 10.2.0.1,192.168.1.1', '198.51.100.1'],
    ['a forged proxy of ours left of the client', '10.0.0.9, 198.51.100.1', '198.51.100.1'],
    ['proxies of ours alone: the farthest', '10.0.0.9, 10.0.0.8', '10.0.0.9'],
    ['a port', '198.51.100.1:4711', '198.51.100.1'],
    ['IPv6', '2001:DB8:0:0::1', '2001:db8::1'],
    ['IPv6 in brackets', '[2001:db8::1]', '2001:db8::1'],
    ['IPv6 with a port', '[2001:db8::1]:4711', '2001:db8::1'],
    ['IPv6 with a zone', 'fe80::1%eth0', 'fe80::1'],
    ['an IPv4-mapped address', '::ffff:198.51.100.1', '198.51.100.1'],
    ['an IPv4-mapped address in hex', '[::ffff:c633:6401]', '198.51.100.1'],
    ['an IPv4-mapped proxy of ours', '198.51.100.1, ::ffff:10.0.0.8', '198.51.100.1'],
    ['an IPv6 proxy of ours', '198.51.100.1, 2001:db8:f::1', '198.51.100.1'],
    ['no address: the proxy is named', 'unknown', '10.0.0.1'],
    ['no address behind another proxy: that one is named', 'unknown, 10.0.0.8', '10.0.0.8'],
    ['nothing', '', '10.0.0.1'],
    ['an empty part', '198.51.100.1,', '10.0.0.1'],
    ['a number in place of an address', '3325256705', '10.0.0.1'],
    ['octal', '0306.063.0144.01', '10.0.0.1'],
    ['a log line', '198.51.100.1\\n{"msg":"forged"}', '10.0.0.1'],
  ])('A46: X-Forwarded-For, %s', (_, value, expected) => {
    expect(client('10.0.0.1', 'x-forwarded-for', value)).toBe(expected);
  });

  test.each([
    ['for=198.51.100.1', '198.51.100.1'],
    ['For="198.51.100.1:80";proto=https;by=10.0.0.1', '198.51.100.1'],
    ['proto=https; for="[2001:db8::1]:4711"', '2001:db8::1'],
    ['for=1.1.1.1, for=198.51.100.1;host=x, for=10.0.0.8', '198.51.100.1'],
    ['for="1.1.1.1, for=198.51.100.1', '198.51.100.1'],
    ['for=_hidden', '10.0.0.1'],
    ['for=unknown, for=10.0.0.8', '10.0.0.8'],
    ['for=1.1.1.1;for=2.2.2.2', '10.0.0.1'],
    ['by=1.1.1.1', '10.0.0.1'],
    ['xfor=1.1.1.1', '10.0.0.1'],
    ['198.51.100.1', '10.0.0.1'],
    ['for="198.51.100.1\\""', '10.0.0.1'],
  ])('A46: Forwarded, %s', (value, expected) => {
    expect(client('10.0.0.1', 'Forwarded', value)).toBe(expected);
  });

  test('several lines of a header are one list, in their order', () => {
    const lines = ['X-Forwarded-For', '1.1.1.1', 'Host', 'a', 'x-forwarded-for', '198.51.100.1'];
    expect(client('10.0.0.1', ...lines)).toBe('198.51.100.1');
    expect(client('10.0.0.1', ...lines, 'X-FORWARDED-FOR', '10.0.0.7')).toBe('198.51.100.1');
  });

  test('A46: the header that the proxy does not write, and passes on as a caller forged it, is not believed', () => {
    const written = ['X-Forwarded-For', '198.51.100.1'];
    expect(client('10.0.0.1', ...written, 'Forwarded', 'for=1.1.1.1')).toBe('10.0.0.1');
    expect(client('10.0.0.1', 'Forwarded', 'for=198.51.100.1', 'X-Forwarded-For', '1.1.1.1')).toBe(
      '10.0.0.1',
    );
    expect(client('10.0.0.1', ...written, 'Forwarded', 'for=198.51.100.1')).toBe('198.51.100.1');
  });

  test('no other header names a client', () => {
    for (const name of ['X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP', 'Client-IP', 'Via'])
      expect(client('10.0.0.1', name, '198.51.100.1')).toBe('10.0.0.1');
  });

  test('as many hops as are no deployment are not followed', () => {
    expect(client('10.0.0.1', 'X-Forwarded-For', `198.51.100.1${',10.0.0.2'.repeat(31)}`)).toBe(
      '198.51.100.1',
    );
    expect(client('10.0.0.1', 'X-Forwarded-For', `198.51.100.1${',10.0.0.2'.repeat(32)}`)).toBe('10.0.0.2');
  });
});

test('a peer whose connection is gone has no address, and so has a request without a connection', () => {
  expect(client(undefined, 'X-Forwarded-For', '198.51.100.1')).toBeNull();
  expect(addressOf(undefined)).toBeNull();
  expect(addressOf({})).toBeNull();
});

test('A46: whatever the headers hold, what comes out is an address', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(',', 'for=', '"', '::ffff:', '10.0.0.1', ';', '[', ']:1', '%'),
  );
  const value = fc.array(text, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.constantFrom('forwarded', 'x-forwarded-for'), value, (name, header) => {
      expect(isIP(client('10.0.0.1', name, header) ?? '')).not.toBe(0);
    }),
    { numRuns: 500 },
  );
});
