import { embeddedIpv4, ipv4Octets, ipv6Groups, textOf } from './host-address.ts';

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
