import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StandInCluster } from '@symbolon/testkit';

export const AUDIENCE = 'https://vault.company.com';
const NAMESPACE = 'web';

/** Writes what exchanges of the tokens below for `AUDIENCE` need. Throws with the answer where one is refused. */
export async function writeExchangeObjects(
  broker: { readonly admin: string; readonly dataDir: string },
  cluster: StandInCluster,
): Promise<void> {
  const token = readFileSync(join(broker.dataDir, 'admin-token'), 'utf8').trim();
  for (const [path, body] of Object.entries(objectsFor(cluster))) {
    const answer = await fetch(`${broker.admin}/admin/v1/${path}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}

function objectsFor(cluster: StandInCluster): Readonly<Record<string, object>> {
  return {
    'clusters/east': {
      issuers: [cluster.issuer],
      validation: { mode: 'offline', jwks: { source: 'apiServer' } },
      apiServer: {
        url: cluster.url,
        caBundle: cluster.caPem,
        credential: { kind: 'token', token: cluster.readerToken() },
      },
    },
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
