import { embeddedIpv4, ipv4Octets, ipv6Groups, textOf } from './host-address.ts';

/**
 * Hosts that mean another machine to everybody who looks them up: names that only the resolver of a cluster knows,
 * single labels, and loopback. A fetch from one would reach the broker's own cluster or machine, whichever cluster it
 * was meant for. `hostname` is that of a parsed URL.
 */
export function isClusterLocalHost(hostname: string): boolean {
  const groups = ipv6Groups(hostname);
  const octets = groups === null ? ipv4Octets(hostname) : embeddedIpv4(groups);
  if (groups !== null && textOf(groups) === '0:0:0:0:0:0:0:1') return true;
  if (groups !== null || octets !== null) return octets?.[0] === 127;
  const name = hostname.replace(/\.$/, '');
  return !name.includes('.') || LOCAL_NAME.test(name);
}

const LOCAL_NAME = /^kubernetes\.default(?:\.|$)|\.svc$|\.cluster\.local$|\.localhost$|\.localdomain$/;
