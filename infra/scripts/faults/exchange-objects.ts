import { type BrokerAdmin, clusterSpecOf, putObject, type StandInCluster } from '@symbolon/testkit';

export const AUDIENCE = 'https://vault.company.com';
const NAMESPACE = 'web';

/** Writes what exchanges of the tokens below for `AUDIENCE` need. Throws with the answer where one is refused. */
export async function writeExchangeObjects(broker: BrokerAdmin, cluster: StandInCluster): Promise<void> {
  for (const [path, body] of Object.entries(objectsFor(cluster))) await putObject(broker, path, body);
}

function objectsFor(cluster: StandInCluster): Readonly<Record<string, object>> {
  return {
    'clusters/east': clusterSpecOf(cluster, cluster.readerToken()),
    'identity-systems/vault': { subject: '{namespace}.{serviceAccount}', identityDomain: 'east' },
    'identity-systems/vault/targets/vault': { audiences: [AUDIENCE] },
    'identity-systems/vault/rules/web': {
      effect: 'allow',
      match: { clusters: ['east'], namespaces: [NAMESPACE], serviceAccounts: ['*'] },
      targets: ['vault'],
    },
  };
}

/** Tokens of as many ServiceAccounts, for the broker with this issuer. */
export function issueTokens(cluster: StandInCluster, issuer: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    cluster.issueToken({ namespace: NAMESPACE, serviceAccount: `api-${index}`, audiences: [issuer] }),
  );
}
