/**
 * No credential lives longer, in seconds: the ceiling of a target's `maxTtlSeconds`, for which a retired signing key
 * stays published. Raising it needs keys that stay as long.
 */
export const LONGEST_CREDENTIAL_SECONDS = 86_400;
