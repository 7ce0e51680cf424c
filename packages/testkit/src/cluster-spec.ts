/** The spec of a Cluster whose keys the broker fetches from its API server, as whoever has `readerToken`. */
export function clusterSpecOf(
  { issuer, url, caPem }: { readonly issuer: string; readonly url: string; readonly caPem: string },
  readerToken: string,
) {
  return {
    issuers: [issuer],
    validation: { mode: 'offline', jwks: { source: 'apiServer' } },
    apiServer: { url, caBundle: caPem, credential: { kind: 'token', token: readerToken } },
  };
}
