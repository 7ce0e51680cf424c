import { audiencesOf, isDnsLabel, judgeTarget } from '@symbolon/core';
import { targetBody } from '@symbolon/protocol';
import { findClaimedAudiences } from '../objects/find-claimed-audiences.ts';
import { jsonOf } from '../objects/json-of.ts';
import { listAll } from '../objects/list-all.ts';
import { plainDraft, readBodyAs } from '../objects/read-draft.ts';
import { noObjections, type Resource } from '../objects/resource.ts';
import type { AdminDeps } from '../ports.ts';

export function targets({ issuer }: Pick<AdminDeps, 'issuer'>): Resource<'Target'> {
  return {
    kind: 'Target',
    path: '/identity-systems/:system/targets',
    isName: isDnsLabel,
    readDraft: (json) =>
      readBodyAs(targetBody, json, (body) => {
        const { labels, description, ...spec } = body;
        return plainDraft<'Target'>({ labels, description }, spec);
      }),
    async judgeChange({ key, spec, owner }, transaction) {
      const clusters = await listAll(transaction, { kind: 'Cluster', identitySystem: null });
      return judgeTarget({
        spec,
        // Without an owner there is no pattern, and no audience is within none.
        audiencePatterns: owner?.spec.audiencePatterns ?? [],
        claimedElsewhere: await findClaimedAudiences(spec.audiences, transaction, key),
        clusterAudiences: new Set(clusters.flatMap((cluster) => audiencesOf(cluster.spec, issuer))),
        issuer,
      });
    },
    judgeDeletion: noObjections,
    viewSpec: jsonOf,
  };
}
