import {
  type ConfigurationTransaction,
  isIdentitySystemName,
  judgeIdentitySystem,
  judgeIdentitySystemDeletion,
  type OwnedObjects,
} from '@symbolon/core';
import { identitySystemBody } from '@symbolon/protocol';
import { jsonOf } from '../objects/json-of.ts';
import { listAll } from '../objects/list-all.ts';
import { plainDraft, readBodyAs } from '../objects/read-draft.ts';
import type { Resource } from '../objects/resource.ts';

const MAX_COUNTED = 1000;
const MAX_NAMED = 5;

export const identitySystems: Resource<'IdentitySystem'> = {
  kind: 'IdentitySystem',
  path: '/identity-systems',
  isName: isIdentitySystemName,
  readDraft: (json) =>
    readBodyAs(identitySystemBody, json, (body) => {
      const { labels, description, ...spec } = body;
      return plainDraft<'IdentitySystem'>({ labels, description }, spec);
    }),
  async judgeChange({ key, spec, current, principal }, transaction) {
    const targets =
      current === null ? [] : await listAll(transaction, { kind: 'Target', identitySystem: key.name });
    return judgeIdentitySystem({ spec, current, principal, targets });
  },
  async judgeDeletion({ key }, transaction) {
    return judgeIdentitySystemDeletion([
      await countOwned('Target', key.name, transaction),
      await countOwned('MappingRule', key.name, transaction),
    ]);
  },
  viewSpec: jsonOf,
};

async function countOwned(
  kind: OwnedObjects['kind'],
  identitySystem: string,
  transaction: ConfigurationTransaction,
): Promise<OwnedObjects> {
  const found = await transaction.list({ kind, identitySystem, after: null, limit: MAX_COUNTED + 1 });
  return {
    kind,
    count: Math.min(found.length, MAX_COUNTED),
    isMore: found.length > MAX_COUNTED,
    names: found.slice(0, MAX_NAMED).map(({ key }) => key.name),
  };
}
