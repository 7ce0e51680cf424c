import type { TokenResponse } from '@symbolon/protocol';

/** How one attempt to get a credential ended. The words are for people, and hold no token. */
export type ExchangeOutcome = Issued | Unissued;

export interface Issued {
  readonly kind: 'issued';
  readonly credential: TokenResponse;
  /** Unix milliseconds before it was asked for: counted from here, `expires_in` is never too late. */
  readonly askedAtMs: number;
}

export interface Unissued {
  /** `refused`: asking again in the same words will not help. `unavailable`: it may, later. */
  readonly kind: 'refused' | 'unavailable';
  readonly message: string;
  /** What to do next, one line each. */
  readonly hints: readonly string[];
  /** What the server asked for; null: nothing. */
  readonly retryAfterMs: number | null;
}

export function unissued(kind: Unissued['kind'], message: string, ...hints: readonly string[]): Unissued {
  return { kind, message, hints, retryAfterMs: null };
}
