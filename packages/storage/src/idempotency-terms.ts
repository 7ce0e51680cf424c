/** How long an answer is kept, and its key cannot be used for anything else. */
export const KEPT_MS = 24 * 3_600_000;

/** A request without an answer for so long is taken to have died with its process. */
export const ABANDONED_MS = 60_000;

/** How many keys that are past their time one call removes. */
export const REMOVED_AT_ONCE = 100;
