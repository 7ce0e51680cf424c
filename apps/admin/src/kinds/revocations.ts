import { type Clock, isDnsLabel, parseInstantMs } from '@symbolon/core';
import { judgeFields, revocationBody } from '@symbolon/protocol';
import { plainDraft, readBodyAs } from '../objects/read-draft.ts';
import { noObjections, noTombstones, plainSpec, type Resource } from '../objects/resource.ts';

/** What a revocation names need not exist, or no longer: whoever revokes does not wait for anything. */
export function revocations({ now }: Clock): Resource<'Revocation'> {
  const schema = revocationBody.check(
    judgeFields(['expiresAt'], ({ expiresAt }, report) => {
      const endMs = expiresAt === undefined ? null : parseInstantMs(expiresAt);
      if (endMs !== null && endMs <= now()) {
        report(['expiresAt'], 'must lie in the future: an entry that has ended revokes nothing');
      }
    }),
  );
  return {
    kind: 'Revocation',
    schema: revocationBody,
    isForGlobalOwners: true,
    isName: isDnsLabel,
    readDraft: (json) =>
      readBodyAs(schema, json, (body) => {
        const { labels, description, ...spec } = body;
        return plainDraft<'Revocation'>({ labels, description }, spec);
      }),
    judgeChange: noObjections,
    judgeDeletion: noObjections,
    tombstones: noTombstones,
    ...plainSpec,
  };
}
