import type { ClusterSpec } from '../mapping/objects.ts';
import { apiServerAudiencesOf, audiencesOf, identityDomainOf } from './cluster-defaults.ts';
import type { JsonPath } from './json-path.ts';
import type { Objection } from './objection.ts';
import type { Principal } from './principal.ts';
import { withoutLastSlash } from './reserved-audience.ts';
import type { StoredObject } from './stored-object.ts';

/** What of a cluster decides whose tokens it accepts. */
export interface ClusterTrust {
  readonly issuers: readonly string[];
  readonly audiences?: readonly string[];
  readonly apiServer?: { readonly audiences?: readonly string[] };
}

/**
 * What a cluster may not say in this deployment, whatever else is configured: it cannot sign with the broker's own
 * issuer, and no token that opens its API server may be one that the broker accepts.
 */
export function judgeClusterTrust(trust: ClusterTrust, issuer: string): Objection[] {
  const objections: Objection[] = [];
  for (const [index, clusterIssuer] of trust.issuers.entries()) {
    if (withoutLastSlash(clusterIssuer) === withoutLastSlash(issuer)) {
      objections.push({ code: 'issuer_is_the_brokers', path: ['issuers', index] });
    }
  }
  const apiServerAudiences = new Set(apiServerAudiencesOf(trust));
  for (const [index, audience] of audiencesOf(trust, issuer).entries()) {
    if (apiServerAudiences.has(audience)) {
      objections.push({ code: 'audience_of_api_server', path: audiencePath(trust, index) });
    }
  }
  return objections;
}

export interface ClusterChange {
  readonly name: string;
  readonly spec: ClusterSpec;
  readonly current: StoredObject<'Cluster'> | null;
  readonly principal: Principal;
  readonly clusters: readonly StoredObject<'Cluster'>[];
  readonly identitySystems: readonly StoredObject<'IdentitySystem'>[];
  /** The domains of deleted clusters that nobody has released. */
  readonly tombstonedDomains: ReadonlySet<string>;
  /** The audiences among the cluster's, defaults filled in, that a target claims, or issues. */
  readonly claimedByTargets: ReadonlySet<string>;
  /** The broker's. */
  readonly issuer: string;
}

/**
 * A cluster of an identity domain can bring forth every workload of it, so only a global owner puts one into a domain
 * that is, or was, another cluster's or that a system names. And what a target is asked for by is no proof towards the broker.
 */
export function judgeCluster(change: ClusterChange): Objection[] {
  const { spec, claimedByTargets, issuer, principal } = change;
  const objections: Objection[] = [];
  if (!principal.isGlobalOwner && entersTakenDomain(change)) {
    const path = spec.identityDomain === undefined ? [] : ['identityDomain'];
    objections.push({ code: 'identity_domain_taken', path });
  }
  for (const [index, audience] of audiencesOf(spec, issuer).entries()) {
    if (claimedByTargets.has(audience)) {
      objections.push({ code: 'audience_taken', path: audiencePath(spec, index) });
    }
  }
  return objections;
}

function entersTakenDomain(change: ClusterChange): boolean {
  const { name, spec, current, clusters, identitySystems, tombstonedDomains } = change;
  const domain = identityDomainOf(name, spec);
  if (current !== null && identityDomainOf(name, current.spec) === domain) return false;
  return (
    tombstonedDomains.has(domain) ||
    hasOtherCluster({ domain, but: name }, clusters) ||
    identitySystems.some((system) => system.spec.identityDomain === domain)
  );
}

/** Whether a cluster is in a domain, beside one of that name. */
export function hasOtherCluster(
  { domain, but }: { readonly domain: string; readonly but: string },
  clusters: readonly StoredObject<'Cluster'>[],
): boolean {
  return clusters.some(({ key, spec }) => key.name !== but && identityDomainOf(key.name, spec) === domain);
}

/** Audiences that were left out are the broker's issuer, and then there is no index to point at. */
function audiencePath(trust: { readonly audiences?: readonly string[] }, index: number): JsonPath {
  return trust.audiences === undefined ? ['audiences'] : ['audiences', index];
}
