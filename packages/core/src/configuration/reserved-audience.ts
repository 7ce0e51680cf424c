/**
 * Whether an audience is the broker's own: its issuer, or a URL under it, where its endpoints are and will be. A
 * credential for it would be one that the broker itself honours. Compared without case, for a relying party that
 * folds the case of a URL must not mistake one for the other.
 */
export function isReservedAudience(audience: string, issuer: string): boolean {
  const root = withoutLastSlash(issuer).toLowerCase();
  const folded = audience.toLowerCase();
  return folded.startsWith(root) && /^(?:[/?#]|$)/.test(folded.slice(root.length));
}

export function withoutLastSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}
