import { isDnsLabel } from '@symbolon/core';
import { mappingRuleBody } from '@symbolon/protocol';
import { plainDraft, readBodyAs } from '../objects/read-draft.ts';
import { noObjections, noTombstones, plainSpec, type Resource } from '../objects/resource.ts';

/** A rule may name what does not exist yet, or no longer: then it matches nothing. */
export const mappingRules: Resource<'MappingRule'> = {
  kind: 'MappingRule',
  schema: mappingRuleBody,
  isForGlobalOwners: false,
  isName: isDnsLabel,
  readDraft: (json) =>
    readBodyAs(mappingRuleBody, json, (body) => {
      const { labels, description, ...spec } = body;
      return plainDraft<'MappingRule'>({ labels, description }, spec);
    }),
  judgeChange: noObjections,
  judgeDeletion: noObjections,
  tombstones: noTombstones,
  ...plainSpec,
};
