const WELL_KNOWN = '/.well-known/oauth-authorization-server';

/** Where an issuer's metadata is: between its host and its path (RFC 8414 §3.1). */
export function metadataUrl(issuer: string): URL {
  const { origin, pathname } = new URL(issuer);
  return new URL(`${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}`);
}
