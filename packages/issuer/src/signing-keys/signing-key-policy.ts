export interface SigningKeyPolicy {
  /** From the publication of a key to its first use. */
  readonly leadTimeMs: number;
  /** From the first use of a key to that of its successor. */
  readonly rotationMs: number;
  /**
   * The longest lifetime that any credential may ever have been given: the ceiling of a target's `maxTtlSeconds`, not
   * the greatest that is configured now, since a target may be changed while credentials of before are in use.
   */
  readonly longestCredentialMs: number;
  /** How long a gateway goes on with the keys as it last read them. After that it signs nothing. */
  readonly staleMs: number;
}

const HOUR_MS = 3_600_000;

/** `longestCredentialMs` is the deployment's to say. */
export const SIGNING_KEY_TIMES = {
  leadTimeMs: 24 * HOUR_MS,
  rotationMs: 30 * 24 * HOUR_MS,
  staleMs: 2 * HOUR_MS,
} as const satisfies Omit<SigningKeyPolicy, 'longestCredentialMs'>;

/** Clocks of gateways and relying parties may differ by this much. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * How long a key stays published after it was retired: until the last credential has expired that a gateway may have
 * signed with it before it read that the key is retired.
 */
export function publishedAfterRetirementMs(policy: SigningKeyPolicy): number {
  return policy.staleMs + policy.longestCredentialMs + CLOCK_MARGIN_MS;
}

const MAX_JWKS_AGE_SECONDS = 300;

/** How long a relying party may keep the key set: a quarter of the lead time at most, so that it has a key in time. */
export function jwksMaxAgeSeconds(policy: SigningKeyPolicy): number {
  return Math.min(MAX_JWKS_AGE_SECONDS, Math.floor(policy.leadTimeMs / 4000));
}
