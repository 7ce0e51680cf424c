import type { Kind, ObjectKey } from '../configuration/stored-object.ts';

/**
 * What can be wrong with an object that is stored all the same: written by another version, or by another hand. The
 * policy is compiled without it, so that one damaged object never takes the others with it, and says so here.
 */
export type Fault =
  | 'identity_system_invalid'
  | 'identity_system_missing'
  | 'audience_contested'
  | 'audience_reserved'
  | 'audience_outside_patterns'
  | 'pattern_invalid'
  | 'window_invalid'
  | 'condition_unsupported'
  | 'claim_reserved'
  | 'claim_placeholder';

/** For the operator's log: it names objects of every tenant. */
export interface PolicyFault {
  readonly key: ObjectKey<Kind>;
  readonly fault: Fault;
}
