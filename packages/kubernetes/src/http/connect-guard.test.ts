import type { LookupAddress } from 'node:dns';
import { isForbiddenHost } from '@symbolon/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGuardedLookup, isForbiddenAddress } from './connect-guard.ts';

describe('isForbiddenAddress', () => {
  test.each([
    '169.254.169.254',
    '169.254.170.2',
    '169.254.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::6464:64c8',
    '64:ff9b::100.100.100.200',
    '::169.254.169.254',
    '2002:a9fe:a9fe::1',
  ])('A23, L25: forbids %s, where a machine keeps its own credentials', (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  });

  test.each(['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', '::ffff:0.0.0.0', 'ff02::1', 'ff02::1%eth0'])(
    "A23, L25: forbids %s, which is no host's own address",
    (address) => {
      expect(isForbiddenAddress(address)).toBe(true);
    },
  );

  test.each(['', '%eth0', 'name.test', '0x7f.1', '2130706433', '[::1]', '127.0.0.1/8', '127.0.0.1:443'])(
    'A23, L25: forbids "%s", which is no address',
    (address) => {
      expect(isForbiddenAddress(address)).toBe(true);
    },
  );

  test('A23, L25: judges every address as core judges the URL that spells it out', () => {
    const prefix = fc.constantFrom(
      '',
      '::',
      '::ffff:',
      '64:ff9b::',
      'fe80::',
      'fd00:ec2::',
      'ff02::',
      'fd00::',
    );
    const ipv4 = fc.oneof(fc.ipV4(), fc.constantFrom('169.254.169.254', '100.100.100.200', '0.0.0.0'));
    const address = fc.oneof(
      fc.ipV6(),
      fc.tuple(prefix, ipv4).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(address, (written) => {
        const { hostname } = new URL(`https://${written.includes(':') ? `[${written}]` : written}/`);
        expect(isForbiddenAddress(written)).toBe(isForbiddenHost(hostname));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '10.96.0.1',
    '192.168.1.1',
    '172.20.0.1',
    'fd00:1::1',
    '169.253.255.255',
    '8.8.8.8',
    '223.255.255.255',
    '2001:db8::1',
    '64:ff9b::10.0.0.1',
    'fec0::1',
    'fd00::1%eth0',
  ])('leaves %s, where clusters are', (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  });
});

describe('createGuardedLookup', () => {
  const look = (addresses: LookupAddress[], options: { all?: boolean } = {}) =>
    new Promise<unknown>((resolve, reject) => {
      const lookup = createGuardedLookup((_hostname, _options, callback) => callback(null, addresses));
      lookup('name.test', options, (error, address) => (error === null ? resolve(address) : reject(error)));
    });
  const good = { address: '10.0.0.1', family: 4 };
  const bad = { address: '169.254.169.254', family: 4 };

  test('gives what it judged: one address, or all of them', async () => {
    expect(await look([good])).toBe('10.0.0.1');
    expect(await look([good, { address: '::1', family: 6 }], { all: true })).toHaveLength(2);
  });

  test('A23, L25: refuses a name of which any address is forbidden, or that has none', async () => {
    await expect(look([bad])).rejects.toThrow();
    await expect(look([good, bad])).rejects.toThrow();
    await expect(look([good, bad], { all: true })).rejects.toThrow();
    await expect(look([], { all: true })).rejects.toThrow();
  });

  test('passes on that a name does not resolve', async () => {
    const unknown = Object.assign(new Error('unknown name'), { code: 'ENOTFOUND' });
    const lookup = createGuardedLookup((_hostname, _options, callback) => callback(unknown, []));
    const error = await new Promise((resolve) => lookup('name.test', {}, resolve));
    expect(error).toBe(unknown);
  });
});
