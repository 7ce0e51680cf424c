import { isIP } from 'node:net';

/** An IP address, or all addresses that begin as it does. */
export interface Network {
  readonly address: string;
  readonly prefixLength: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads addresses and networks (RFC 4632 §3.1, RFC 4291 §2.3) with commas between them; null when one is neither. */
export function parseNetworks(text: string): readonly Network[] | null {
  const networks = text.split(',').map((part) => parseNetwork(part.trim()));
  return networks.every((one) => one !== null) ? networks : null;
}

function parseNetwork(text: string): Network | null {
  const [, host = '', prefix] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = unmapped(host);
  const bits = isIP(address) === 4 ? 32 : 128;
  // What was written as an IPv4 address in IPv6 counts its prefix from there as well.
  const mappedBits = address === host ? 0 : 96;
  const prefixLength = prefix === undefined ? bits : Number(prefix) - mappedBits;
  // A prefix of nothing would be everybody, and then whoever connects names any address as its own.
  if (isIP(address) === 0 || prefixLength < 1 || prefixLength > bits) return null;
  return { address, prefixLength, family: bits === 32 ? 'ipv4' : 'ipv6' };
}

/** The IPv4 address that an IPv4-mapped IPv6 address holds (RFC 4291 §2.5.5.2); any other text as it is. */
export function unmapped(address: string): string {
  const [, dotted, high, low] =
    /^::ffff:(?:(\d{1,3}(?:\.\d{1,3}){3})|([\da-f]{1,4}):([\da-f]{1,4}))$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return dotted ?? address;
  const octets = [high, low].flatMap((part) => [
    Number.parseInt(part, 16) >> 8,
    Number.parseInt(part, 16) & 0xff,
  ]);
  return octets.join('.');
}
