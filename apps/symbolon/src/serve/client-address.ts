import { BlockList, isIP } from 'node:net';
import type { ClientAddressOf } from '@symbolon/gateway';
import { type Network, unmapped } from '../config/network.ts';

/**
 * Who made a request, for the log alone. A header can name anybody, so it is read only of a peer that the operator named
 * as a proxy of theirs, and from its right end: each proxy appends whom it was connected to, and what stands left of
 * the first address that is no proxy of ours was written by somebody unknown.
 */

/** As many proxies may stand one behind the other. */
const MAX_HOPS = 32;

export function createClientAddressOf(trustedProxies: readonly Network[]): ClientAddressOf {
  const trusted = new BlockList();
  for (const { address, prefixLength, family } of trustedProxies)
    trusted.addSubnet(address, prefixLength, family);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

  return (connection) => {
    const { socket, rawHeaders = [] } = connection?.incoming ?? {};
    const peer = normalised(socket?.remoteAddress ?? '');
    if (peer === null || trustedProxies.length === 0 || !isTrusted(peer)) return peer;
    const [one, other] = hopLists(rawHeaders).map((hops) => clientBehind(peer, hops, isTrusted));
    // A proxy that writes one of the headers may pass on the other as a caller forged it: two that differ say nothing.
    return other === undefined || one === other ? (one ?? peer) : peer;
  };
}

/** The nearest hop that is no proxy of ours; where one is no address, the proxy that wrote it. */
function clientBehind(
  peer: string,
  hops: readonly string[],
  isTrusted: (address: string) => boolean,
): string {
  let client = peer;
  for (const hop of hops) {
    const address = hopAddress(hop);
    if (address === null) return client;
    client = address;
    if (!isTrusted(address)) return client;
  }
  return client;
}

/** What `Forwarded` (RFC 7239) and `X-Forwarded-For` list, as far as they are there, the nearest hop first. */
function hopLists(rawHeaders: readonly string[]): readonly (readonly string[])[] {
  const forwarded = partsFromRight(rawHeaders, 'forwarded').map(forParameter);
  const forwardedFor = partsFromRight(rawHeaders, 'x-forwarded-for');
  return [forwarded, forwardedFor].filter(({ length }) => length > 0);
}

/**
 * Several lines of one header are one list, in their order (RFC 9110 §5.3). A comma within quotes parts as well: what is
 * well formed has none, and so no quote that a caller leaves open hides what a proxy appends.
 */
function partsFromRight(rawHeaders: readonly string[], name: string): readonly string[] {
  const lines = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  return lines
    .flatMap((line) => line.split(','))
    .slice(-MAX_HOPS)
    .reverse();
}

/** RFC 7239 §4: pairs with semicolons between them, of which one is `for`; its value may be quoted. */
function forParameter(element: string): string {
  const found = element
    .split(';')
    .map((pair) => /^\s*for=(?:"([^"\\]*)"|([^"\s]+))\s*$/i.exec(pair))
    .filter((match) => match !== null);
  const [match] = found;
  return found.length === 1 ? (match?.[1] ?? match?.[2] ?? '') : '';
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`; null for anything else. */
function hopAddress(hop: string): string | null {
  const text = hop.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? normalised(bracketed) : null;
  const [, v4] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  return normalised(v4 ?? text);
}

/** One spelling for one address, so that log lines can be searched; null where it is none. */
function normalised(text: string): string | null {
  const address = unmapped(text);
  if (isIP(address) === 4) return address;
  // A zone says only by which interface the peer was met.
  const [plain = ''] = address.split('%', 1);
  if (isIP(plain) !== 6) return null;
  return unmapped(new URL(`http://[${plain}]`).hostname.slice(1, -1));
}
