import type { JsonValue } from '../mapping/objects.ts';

const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LEGACY_CLAIM_PREFIX = 'kubernetes.io/serviceaccount/';

/**
 * Whether the claims are of the kind that a ServiceAccount token Secret holds: bound to no audience and to no time,
 * so that whoever ever saw one has it for good. Such a token is told by its issuer or by its flat claim names.
 */
export function isLegacyToken(claims: { readonly [name: string]: JsonValue }): boolean {
  return (
    claims.iss === LEGACY_ISSUER || Object.keys(claims).some((name) => name.startsWith(LEGACY_CLAIM_PREFIX))
  );
}
