import { createHash, timingSafeEqual } from 'node:crypto';
import type { BreakGlass, Clock, ReadBreakGlass } from '@symbolon/core';

/** How long a reading is held, and so how soon a new token is accepted and the one before it is not. */
const READ_EVERY_MS = 1_000;
const SHA256_HEX = /^[0-9a-f]{64}$/;

export interface BreakGlassToken {
  /** Compares in constant time. Throws `UnavailableError` where the database cannot say what the token is. */
  isBreakGlassToken(presented: string): Promise<boolean>;
}

export interface BreakGlassDeps extends ReadBreakGlass, Clock {
  /** Milliseconds on a clock that is never set. */
  elapsedMs(): number;
}

/**
 * The token that somebody with access to the database gave out. Its digest is read from there at most once a second,
 * one reading at a time, whatever is presented and whether or not a reading succeeds: a flood of wrong tokens is no load
 * on the database.
 */
export function createBreakGlassToken(deps: BreakGlassDeps): BreakGlassToken {
  let held: Promise<BreakGlass | null> | null = null;
  let begunAtMs = Number.NEGATIVE_INFINITY;
  let isReading = false;

  function readNow(): Promise<BreakGlass | null> {
    begunAtMs = deps.elapsedMs();
    isReading = true;
    return deps.readBreakGlass().finally(() => {
      isReading = false;
    });
  }

  function readHeld(): Promise<BreakGlass | null> {
    if (held === null || (!isReading && deps.elapsedMs() - begunAtMs >= READ_EVERY_MS)) held = readNow();
    return held;
  }

  return {
    async isBreakGlassToken(presented) {
      const breakGlass = await readHeld();
      if (breakGlass === null || !SHA256_HEX.test(breakGlass.tokenSha256)) return false;
      const isSame = timingSafeEqual(
        Buffer.from(breakGlass.tokenSha256, 'hex'),
        createHash('sha256').update(presented).digest(),
      );
      return isSame && deps.now() < breakGlass.expiresAtMs;
    },
  };
}
