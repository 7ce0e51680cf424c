import type { ClusterSpec } from '../mapping/objects.ts';

/** What a ServiceAccount token for the API server carries where nothing else is configured, beside the issuers. */
const KUBERNETES_DEFAULT_AUDIENCES = [
  'https://kubernetes.default.svc',
  'https://kubernetes.default.svc.cluster.local',
] as const;

export function identityDomainOf(name: string, spec: Pick<ClusterSpec, 'identityDomain'>): string {
  return spec.identityDomain ?? name;
}

/** The audiences that a subject token of the cluster must carry one of; `issuer` is the broker's. */
export function audiencesOf(spec: Pick<ClusterSpec, 'audiences'>, issuer: string): readonly string[] {
  return spec.audiences ?? [issuer];
}

/** The audiences that speak to the cluster's API server itself: no subject token may carry one. */
export function apiServerAudiencesOf(spec: {
  readonly issuers: readonly string[];
  readonly apiServer?: { readonly audiences?: readonly string[] };
}): readonly string[] {
  return spec.apiServer?.audiences ?? [...spec.issuers, ...KUBERNETES_DEFAULT_AUDIENCES];
}
