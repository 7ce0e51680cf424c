import type { AccessEvent } from '../audit/events.ts';

/** A token for the admin API that somebody with access to the database gave out, for the day when no other works. */
export interface BreakGlass {
  /** SHA-256 of the token, lower-case hex: the token itself is nowhere. */
  readonly tokenSha256: string;
  /** Unix milliseconds; refused from then on. */
  readonly expiresAtMs: number;
}

export interface ReadBreakGlass {
  /** The one there is, expired or not; null: none was ever given out. Throws `UnavailableError`. */
  readBreakGlass(): Promise<BreakGlass | null>;
}

export interface ResetBreakGlass {
  /** Puts it in place of the one before, in one transaction with its audit event. Throws `UnavailableError`. */
  resetBreakGlass(breakGlass: BreakGlass, event: AccessEvent): Promise<void>;
}
