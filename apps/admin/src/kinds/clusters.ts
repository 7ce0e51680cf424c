import { audiencesOf, isDnsLabel, judgeCluster } from '@symbolon/core';
import { refuse } from '../http/problem.ts';
import { findClaimedAudiences } from '../objects/find-claimed-audiences.ts';
import { listAll } from '../objects/list-all.ts';
import { readBodyAs } from '../objects/read-draft.ts';
import { noObjections, type Resource } from '../objects/resource.ts';
import type { AdminDeps } from '../ports.ts';
import { clusterDraft, givenToken, viewClusterSpec } from './cluster-credential.ts';
import { type ClusterSchemaDeps, createClusterSchema } from './cluster-schema.ts';

export function clusters(
  deps: ClusterSchemaDeps & Pick<AdminDeps, 'sealClusterCredential'>,
): Resource<'Cluster'> {
  const schema = createClusterSchema(deps);
  const { issuer } = deps;
  return {
    kind: 'Cluster',
    path: '/clusters',
    isName: isDnsLabel,
    readDraft: (json, name) =>
      readBodyAs(schema, json, async (body) => {
        const token = givenToken(body);
        const sealed = token === null ? null : await deps.sealClusterCredential(name, token);
        if (token !== null && sealed === null) return sealingKeyMissing;
        return { kind: 'draft', draft: clusterDraft(body, sealed) } as const;
      }),
    async judgeChange({ key, spec, current, principal }, transaction) {
      return judgeCluster({
        name: key.name,
        spec,
        current,
        principal,
        clusters: await listAll(transaction, { kind: 'Cluster', identitySystem: null }),
        identitySystems: await listAll(transaction, { kind: 'IdentitySystem', identitySystem: null }),
        claimedByTargets: await findClaimedAudiences(audiencesOf(spec, issuer), transaction),
        issuer,
      });
    },
    judgeDeletion: noObjections,
    viewSpec: viewClusterSpec,
  };
}

const sealingKeyMissing = refuse('unavailable', {
  detail:
    'no gateway has made the key yet that cluster credentials are sealed with: start one, then try again',
  headers: { 'Retry-After': '5' },
});
