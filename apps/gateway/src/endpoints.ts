/** Where the gateway's endpoints are. All follow from the issuer; no request header has a part in it. */
export interface Endpoints {
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** Path before every endpoint's own: empty, or that of a pathful issuer without its last slash. */
  readonly basePath: string;
  /** URL of the page on a public reason. */
  errorUrl(reason: string): string;
}

export function endpointsOf(issuer: string): Endpoints {
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
  const { pathname } = new URL(base);
  return {
    issuer,
    tokenUrl: `${base}/token`,
    jwksUrl: `${base}/jwks`,
    basePath: pathname === '/' ? '' : pathname,
    errorUrl: (reason) => `${base}/errors/${reason}`,
  };
}
