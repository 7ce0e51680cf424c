import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isForbiddenHost } from '@symbolon/core';

type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Judges an address that a name resolved to as core judges the host of a URL that an operator writes, so that a name
 * reaches nothing that could not be written out. What is no address is forbidden.
 */
export function isForbiddenAddress(address: string): boolean {
  // A URL has one form for every spelling of an address, which is what core reads; it has no place for a zone.
  const bare = address.split('%')[0] ?? '';
  const family = isIP(bare);
  const url = family === 0 ? null : URL.parse(`https://${family === 6 ? `[${bare}]` : bare}/`);
  return url === null || isForbiddenHost(url.hostname);
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
