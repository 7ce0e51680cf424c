import { apiServerAudiencesOf, audiencesOf, identityDomainOf } from '../configuration/cluster-defaults.ts';
import type { StoredObject } from '../configuration/stored-object.ts';
import type { Cluster } from './policy.ts';

interface Compilation {
  readonly byName: ReadonlyMap<string, Cluster>;
  readonly byIssuer: ReadonlyMap<string, readonly Cluster[]>;
}

/** The clusters that are enabled, every default filled in. `issuer` is the broker's own. */
export function compileClusters(clusters: Iterable<StoredObject<'Cluster'>>, issuer: string): Compilation {
  const byName = new Map<string, Cluster>();
  const byIssuer = new Map<string, Cluster[]>();
  for (const stored of clusters) {
    if (!stored.spec.enabled) continue;
    const cluster = withDefaults(stored, issuer);
    byName.set(cluster.name, cluster);
    // A cluster that lists an issuer twice must not look like two clusters that share it.
    for (const subjectTokenIssuer of new Set(cluster.issuers)) {
      byIssuer.set(subjectTokenIssuer, [...(byIssuer.get(subjectTokenIssuer) ?? []), cluster]);
    }
  }
  return { byName, byIssuer };
}

function withDefaults({ key, spec, metadata }: StoredObject<'Cluster'>, issuer: string): Cluster {
  return {
    ...spec,
    name: key.name,
    identityDomain: identityDomainOf(key.name, spec),
    audiences: audiencesOf(spec, issuer),
    apiServerAudiences: apiServerAudiencesOf(spec),
    revision: `${metadata.epoch.number}-${metadata.epoch.id}`,
  };
}
