import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Where clouds keep what a machine may know of itself, credentials among it, and everything link-local. Loopback and
 * private networks stay open: that is where clusters are. IPv4-mapped IPv6 forms count as the IPv4 address they hold.
 */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16);
forbidden.addAddress('100.100.100.200'); // Alibaba Cloud
forbidden.addAddress('168.63.129.16'); // Azure
forbidden.addAddress('192.0.0.192'); // Oracle Cloud
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('fd00:ec2::', 32, 'ipv6'); // AWS
forbidden.addAddress('fd20:ce::254', 'ipv6'); // Google Cloud
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6'); // 169.254.0.0/16 behind NAT64 (RFC 6052)

export function isForbiddenAddress(address: string): boolean {
  const bare = address.split('%')[0] ?? '';
  return forbidden.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * A `lookup` for connections that refuses a name of which any address is forbidden. It runs for the connection itself,
 * so that the address that was judged is the one that is connected to, whatever the name says a moment later.
 */
export function createGuardedLookup(resolve: Resolve = resolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) return callback(error, '');
      if (first === undefined || addresses.some(({ address }) => isForbiddenAddress(address))) {
        return callback(Object.assign(new Error('forbidden address'), { code: FORBIDDEN_ADDRESS }), '');
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

export const FORBIDDEN_ADDRESS = 'ERR_FORBIDDEN_ADDRESS';
