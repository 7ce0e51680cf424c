import type { ConfigurationSnapshot } from '../configuration/stored-object.ts';
import type { ClusterDirectory } from './policy.ts';

/** The immutable, compiled snapshot at one epoch. */
export interface Policy extends ClusterDirectory {}

/** `issuer` is the broker's own: the default audience of clusters. */
export declare function compilePolicy(
  snapshot: ConfigurationSnapshot,
  options: { readonly issuer: string },
): Policy;
