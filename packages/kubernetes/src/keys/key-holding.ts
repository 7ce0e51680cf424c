import { importJwks } from './import-jwks.ts';
import { joinJwks } from './join-jwks.ts';
import type { KeySet } from './key-set.ts';
import type { PublishedJwks } from './ports.ts';

export interface KeyTimes {
  /** A cluster that could not be asked, or lacks a key, is not asked again sooner. */
  readonly coolDownSeconds: number;
  /** Keys are read again after the publisher's max-age or this, whichever is less: a withdrawn key should end soon. */
  readonly refreshSeconds: number;
  /** Keys older than this are not used, whatever keeps newer ones from us. */
  readonly maxStaleSeconds: number;
}

/** What was published, and when it was asked for: from then on it may have been withdrawn. */
export interface HeldJwks {
  readonly jwks: PublishedJwks;
  readonly readAtMs: number;
}

/** The keys of one cluster: those of each of its issuers, of the age of the oldest. */
export interface KeyHolding {
  readonly parts: readonly HeldJwks[];
  readonly keys: KeySet;
  readonly usable: number;
  readonly readAtMs: number;
  readonly freshForMs: number;
}

export function holdKeys(parts: readonly HeldJwks[], times: KeyTimes): KeyHolding {
  const jwks = joinJwks(parts.map((part) => part.jwks.keys.value));
  const keys = importJwks(jwks);
  return {
    parts,
    keys,
    usable: jwks.length - keys.dropped,
    readAtMs: Math.min(...parts.map(({ readAtMs }) => readAtMs)),
    freshForMs: Math.min(...parts.map((part) => freshForMs(part.jwks, times))),
  };
}

/** Keys that were read in the future have no age that is known: the clock was put back, so they are read again. */
export function ageMs({ readAtMs }: Pick<HeldJwks, 'readAtMs'>, nowMs: number): number {
  return readAtMs > nowMs ? Number.POSITIVE_INFINITY : nowMs - readAtMs;
}

/** Never shorter than the cool-down, or a publisher that says `max-age=0` would be asked for every token. */
function freshForMs({ keys }: PublishedJwks, times: KeyTimes): number {
  const maxAgeSeconds = keys.maxAgeSeconds ?? Number.POSITIVE_INFINITY;
  return Math.max(times.coolDownSeconds, Math.min(maxAgeSeconds, times.refreshSeconds)) * 1000;
}
