import type { JsonPath } from './json-path.ts';

/**
 * Why an object that is well-formed by itself cannot stand beside the rest of the configuration, or in this
 * deployment. An objection never says whose object it clashes with: only what the caller wrote is pointed at.
 */
export type Objection =
  | { readonly code: PlainObjectionCode; readonly path: JsonPath }
  | {
      readonly code: 'owned_objects_exist' | 'references_exist';
      readonly path: JsonPath;
      readonly objects: readonly ObjectsInTheWay[];
    }
  | {
      readonly code: 'target_outside_patterns';
      readonly path: JsonPath;
      readonly targets: readonly string[];
    };

export type PlainObjectionCode =
  /** Claimed by a target or a cluster, or one of the broker's own. */
  | 'audience_taken'
  | 'audience_outside_patterns'
  /** The API server of the cluster itself accepts it, so a token that carries it is refused. */
  | 'audience_of_api_server'
  | 'issuer_is_the_brokers'
  | 'identity_domain_taken'
  /** Deleted, and not released since. */
  | 'name_tombstoned'
  | 'field_fixed'
  | 'global_owner_required';

/** What keeps an object from being deleted. */
export interface ObjectsInTheWay {
  readonly kind: 'IdentitySystem' | 'Target' | 'MappingRule';
  /** Exact unless `isMore`. */
  readonly count: number;
  readonly isMore: boolean;
  /** The first of them; empty for a principal to whom they are not to be told. */
  readonly names: readonly string[];
}
