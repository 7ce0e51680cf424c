import {
  isIdentitySystemName,
  judgeIdentitySystem,
  judgeIdentitySystemDeletion,
  judgeName,
  tombstonesOfIdentitySystem,
} from '@symbolon/core';
import { identitySystemBody } from '@symbolon/protocol';
import { findReferences } from '../objects/find-references.ts';
import { eachOf, listAll } from '../objects/list-all.ts';
import { plainDraft, readBodyAs } from '../objects/read-draft.ts';
import { plainSpec, type Resource } from '../objects/resource.ts';

export const identitySystems: Resource<'IdentitySystem'> = {
  kind: 'IdentitySystem',
  schema: identitySystemBody,
  isForGlobalOwners: false,
  isName: isIdentitySystemName,
  readDraft: (json) =>
    readBodyAs(identitySystemBody, json, (body) => {
      const { labels, description, ...spec } = body;
      return plainDraft<'IdentitySystem'>({ labels, description }, spec);
    }),
  async judgeChange({ key, spec, current, principal }, transaction) {
    const targets =
      current === null ? [] : await listAll(transaction, { kind: 'Target', identitySystem: key.name });
    const tombstone =
      current === null ? await transaction.readTombstone({ kind: 'IdentitySystem', name: key.name }) : null;
    return [...judgeName(current, tombstone), ...judgeIdentitySystem({ spec, current, principal, targets })];
  },
  async judgeDeletion({ key }, _principal, transaction) {
    const owned = <K extends 'Target' | 'MappingRule'>(kind: K) =>
      findReferences({
        kind,
        objects: eachOf(transaction, { kind, identitySystem: key.name }),
        isReference: () => true,
        nameOf: ({ name }) => name,
      });
    return judgeIdentitySystemDeletion([await owned('Target'), await owned('MappingRule')]);
  },
  tombstones: async ({ key, ...change }) => tombstonesOfIdentitySystem(key.name, change),
  ...plainSpec,
};
