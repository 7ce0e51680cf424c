import {
  audiencesOf,
  isDnsLabel,
  judgeReferences,
  judgeTarget,
  mayClaimAgain,
  namesTarget,
  tombstonesOfTarget,
} from '@symbolon/core';
import { targetBody } from '@symbolon/protocol';
import { findClaimedAudiences } from '../objects/find-claimed-audiences.ts';
import { findReferences } from '../objects/find-references.ts';
import { eachOf, listAll } from '../objects/list-all.ts';
import { readAudienceTombstones } from '../objects/read-audience-tombstones.ts';
import { plainDraft, readBodyAs } from '../objects/read-draft.ts';
import { plainSpec, type Resource } from '../objects/resource.ts';
import type { AdminDeps } from '../ports.ts';

export function targets({ issuer }: Pick<AdminDeps, 'issuer'>): Resource<'Target'> {
  return {
    kind: 'Target',
    schema: targetBody,
    isForGlobalOwners: false,
    isName: isDnsLabel,
    readDraft: (json) =>
      readBodyAs(targetBody, json, (body) => {
        const { labels, description, ...spec } = body;
        return plainDraft<'Target'>({ labels, description }, spec);
      }),
    async judgeChange({ key, spec, owner }, transaction) {
      const clusters = await listAll(transaction, { kind: 'Cluster', identitySystem: null });
      const issued = spec.issuedAudience === undefined ? [] : [spec.issuedAudience];
      const tombstones = await readAudienceTombstones([...spec.audiences, ...issued], transaction);
      const barred = tombstones.filter((tombstone) => !mayClaimAgain(tombstone, key.identitySystem));
      const ofClusters = tombstones.filter((tombstone) => mayClaimAgain(tombstone, null));
      return judgeTarget({
        spec,
        // Without an owner there is no pattern, and no audience is within none.
        audiencePatterns: owner?.spec.audiencePatterns ?? [],
        claimedElsewhere: new Set([
          ...(await findClaimedAudiences(spec.audiences, transaction, key)),
          ...barred.map((tombstone) => tombstone.key.name),
        ]),
        clusterAudiences: new Set([
          ...clusters.flatMap((cluster) => audiencesOf(cluster.spec, issuer)),
          ...ofClusters.map((tombstone) => tombstone.key.name),
        ]),
        issuer,
      });
    },
    async judgeDeletion({ key }, _principal, transaction) {
      const rules = { kind: 'MappingRule', identitySystem: key.identitySystem } as const;
      const inTheWay = await findReferences({
        kind: 'MappingRule',
        objects: eachOf(transaction, rules),
        isReference: ({ spec }) => namesTarget(spec, key.name),
        nameOf: ({ name }) => name,
      });
      return judgeReferences([inTheWay]);
    },
    tombstones: async ({ key, ...change }) => tombstonesOfTarget(key.identitySystem ?? '', change),
    ...plainSpec,
  };
}
