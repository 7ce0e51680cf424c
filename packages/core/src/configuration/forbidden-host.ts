/**
 * Hosts that the broker never fetches from: link-local addresses and the metadata services of clouds, which answer
 * anybody on the machine with its credentials, and addresses that are no host's at all. `hostname` is that of a
 * parsed URL, which has already turned every other spelling of an address into the one that is judged here.
 */
export function isForbiddenHost(hostname: string): boolean {
  if (METADATA_NAMES.has(hostname.replace(/\.$/, ''))) return true;
  const groups = ipv6Groups(hostname);
  if (groups !== null) return isForbiddenIpv6(groups);
  const octets = ipv4Octets(hostname);
  return octets !== null && isForbiddenIpv4(octets);
}

const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Oracle, Alibaba and Azure keep theirs outside the link-local block. */
const METADATA_IPV4: ReadonlySet<string> = new Set(['192.0.0.192', '100.100.100.200', '168.63.129.16']);
const GOOGLE_METADATA_IPV6 = 'fd20:ce:0:0:0:0:0:254';
const EMBEDDING_PREFIXES: ReadonlySet<string> = new Set(['0:0:0:0:0:ffff', '0:0:0:0:0:0', '64:ff9b:0:0:0:0']);

function isForbiddenIpv4(octets: readonly number[]): boolean {
  const [first = 0, second = 0] = octets;
  const isLinkLocal = first === 169 && second === 254;
  return isLinkLocal || first === 0 || first >= 224 || METADATA_IPV4.has(octets.join('.'));
}

function isForbiddenIpv6(groups: readonly number[]): boolean {
  const [first = 0, second = 0] = groups;
  const isLinkLocal = (first & 0xffc0) === 0xfe80;
  const isMulticast = (first & 0xff00) === 0xff00;
  const isAmazonMetadata = first === 0xfd00 && second === 0xec2;
  const isGoogleMetadata = textOf(groups) === GOOGLE_METADATA_IPV6;
  if (isLinkLocal || isMulticast || isAmazonMetadata || isGoogleMetadata) return true;
  const embedded = embeddedIpv4(groups);
  const isLoopback = textOf(groups) === '0:0:0:0:0:0:0:1';
  return embedded !== null && !isLoopback && isForbiddenIpv4(embedded);
}

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056). */
function embeddedIpv4(groups: readonly number[]): readonly number[] | null {
  if (groups[0] === 0x2002) return octetsOf(groups.slice(1, 3));
  const isEmbedding = EMBEDDING_PREFIXES.has(textOf(groups.slice(0, 6)));
  return isEmbedding ? octetsOf(groups.slice(6)) : null;
}

function textOf(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function octetsOf(groups: readonly number[]): readonly number[] {
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

function ipv4Octets(hostname: string): readonly number[] | null {
  return /^\d+(?:\.\d+){3}$/.test(hostname) ? hostname.split('.').map(Number) : null;
}

/** The eight groups of a bracketed address; a URL writes none of them in dotted form. */
function ipv6Groups(hostname: string): readonly number[] | null {
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
