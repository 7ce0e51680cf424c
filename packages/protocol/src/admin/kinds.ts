import type { Kind, ObjectKey } from '@symbolon/core';

/** The base of every path of the admin API. */
export const ADMIN_BASE_PATH = '/admin/v1';

/** Collections of the admin API by the `kind` that files use, under the base; `:system` stands for the owner. */
export const KIND_PATHS = {
  Cluster: '/clusters',
  IdentitySystem: '/identity-systems',
  Target: '/identity-systems/:system/targets',
  MappingRule: '/identity-systems/:system/rules',
  Revocation: '/revocations',
} as const satisfies { readonly [K in Kind]: string };

/** The path of a collection, with its owner's name in place. */
export function collectionPath({ kind, identitySystem }: Pick<ObjectKey, 'kind' | 'identitySystem'>): string {
  return `${ADMIN_BASE_PATH}${KIND_PATHS[kind].replace(':system', identitySystem ?? '')}`;
}

/** The path of one object. */
export function objectPath(key: ObjectKey): string {
  return `${collectionPath(key)}/${key.name}`;
}
