import { type DiscoveryIssuerObjection, judgeDiscoveryIssuer } from '@symbolon/core';

/** Why no keys can be discovered at an issuer, and what to do instead; null where they can. */
export function discoveryProblem(issuer: string): string | null {
  const objection = judgeDiscoveryIssuer(URL.parse(issuer));
  return objection === null ? null : WORDS[objection];
}

const WORDS: Readonly<Record<DiscoveryIssuerObjection, string>> = {
  not_https: 'must be a plain https URL for key source discovery: use source apiServer',
  cluster_local:
    'means another server in every cluster, so that discovery would read the wrong keys: use source apiServer',
  forbidden: 'must not be a link-local address or a metadata service',
};
