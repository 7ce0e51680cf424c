/*
 * Addresses as the hostname of a parsed URL has them: each in the one form that URL parsing gives every spelling.
 */

const EMBEDDING_PREFIXES: ReadonlySet<string> = new Set(['0:0:0:0:0:ffff', '0:0:0:0:0:0', '64:ff9b:0:0:0:0']);

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056). */
export function embeddedIpv4(groups: readonly number[]): readonly number[] | null {
  if (groups[0] === 0x2002) return octetsOf(groups.slice(1, 3));
  const isEmbedding = EMBEDDING_PREFIXES.has(textOf(groups.slice(0, 6)));
  return isEmbedding ? octetsOf(groups.slice(6)) : null;
}

/** One text for each address. */
export function textOf(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function octetsOf(groups: readonly number[]): readonly number[] {
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/** The four octets of an address that a URL wrote, which has them in decimals. */
export function ipv4Octets(hostname: string): readonly number[] | null {
  return /^\d+(?:\.\d+){3}$/.test(hostname) ? hostname.split('.').map(Number) : null;
}

/** The eight groups of a bracketed address; a URL writes none of them in dotted form. */
export function ipv6Groups(hostname: string): readonly number[] | null {
  if (!hostname.startsWith('[')) return null;
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const before = parseGroups(head);
  const after = parseGroups(tail ?? '');
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function parseGroups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
