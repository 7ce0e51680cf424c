import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isForbiddenHost } from './forbidden-host.ts';

/** As every caller has it: the host that URL parsing made of a spelling. */
const hostOf = (spelling: string) => new URL(`https://${spelling}/`).hostname;

describe('L25: never fetched from', () => {
  test.each([
    '169.254.169.254',
    '169.254.0.0',
    '169.254.255.255',
    '0xa9.0xfe.0xa9.0xfe',
    '0251.0376.0251.0376',
    '2852039166',
    '169.254.43518',
    '[fe80::]',
    '[febf:ffff::1]',
    '[::ffff:169.254.169.254]',
    '[::169.254.169.254]',
    '[64:ff9b::169.254.169.254]',
    '[2002:a9fe:a9fe::]',
    '[2002:a9fe:a9fe:1:2:3:4:5]',
    '[fd00:ec2::254]',
    '[fd00:ec2::23]',
    '[fd20:ce::254]',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[::ffff:100.100.100.200]',
    'metadata.google.internal',
    'METADATA.google.internal.',
    'metadata',
    'instance-data.ec2.internal',
    '0.0.0.0',
    '0.1.2.3',
    '[::]',
    '224.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
  ])('%s', (spelling) => {
    expect(isForbiddenHost(hostOf(spelling))).toBe(true);
  });
});

test.each([
  '169.253.255.255',
  '169.255.0.0',
  '127.0.0.1',
  '10.0.0.1',
  '192.168.1.1',
  '1.2.3.4',
  '223.255.255.255',
  '[::1]',
  '[fd00::1]',
  '[fec0::1]',
  '[2001:db8::1]',
  '[2002:a9fd::]',
  '[::ffff:10.0.0.1]',
  'localhost',
  'metadata.company.com',
  '169.254.169.254.nip.io',
  'prod.company.com',
])('%s may be a cluster', (spelling) => {
  expect(isForbiddenHost(hostOf(spelling))).toBe(false);
});

test('L25: an IPv4 address is judged alike however it is spelt, alone or inside an IPv6 address', () => {
  const octet = fc.nat(255);
  const first = fc.constantFrom(0, 10, 100, 127, 168, 169, 192, 224);
  const second = fc.constantFrom(0, 63, 100, 254);
  fc.assert(
    fc.property(first, second, octet, octet, (...octets) => {
      const [a, b, c, d] = octets;
      const dotted = octets.join('.');
      const number = String(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d);
      const hex = octets.map((value) => value.toString(16).padStart(2, '0')).join('');
      const spellings = [
        number,
        `0x${hex}`,
        `[::ffff:${dotted}]`,
        `[64:ff9b::${dotted}]`,
        `[2002:${hex.slice(0, 4)}:${hex.slice(4)}::]`,
      ];
      const verdict = isForbiddenHost(hostOf(dotted));
      return spellings.every((spelling) => isForbiddenHost(hostOf(spelling)) === verdict);
    }),
    { numRuns: 300 },
  );
});
