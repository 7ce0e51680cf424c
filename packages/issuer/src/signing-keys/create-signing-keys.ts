import {
  type Clock,
  type SignCredential,
  type SigningAlgorithm,
  type SigningKeyStore,
  type StoredSigningKey,
  UnavailableError,
} from '@symbolon/core';
import type { KeyEncryption } from '../at-rest/key-encryption.ts';
import { makeSigningKey } from './make-signing-key.ts';
import { createOpenSigningKey } from './open-signing-key.ts';
import { planSigningKeys } from './plan-signing-keys.ts';
import { jwksMaxAgeSeconds, type SigningKeyPolicy } from './signing-key-policy.ts';
import { type PublishedKeys, type SigningKeyView, viewSigningKeys } from './signing-key-view.ts';

/*
 * The keys that sign credentials: when each is made, published, used and withdrawn, and the signing itself. The states
 * are stored and shared by all gateways; `planSigningKeys` alone says when they change, as a pure function of time.
 * The private halves are opened here and go no further than the closures that sign with them.
 */

export interface SigningKeys extends SignCredential {
  /**
   * Reads the keys, and makes what changes are due under the store's lock. To be called at start, whenever the policy
   * changes (a target may name an algorithm that has no key yet), and every minute, which is how soon a disabled key is
   * gone. It costs one read where nothing is due; calls that overlap are made one after the other.
   * Throws `UnavailableError`, and AtRestError where a stored key does not open: then nothing is changed, and of what is
   * in use only the disabled keys are gone.
   */
  maintain(): Promise<void>;
  /** Throws `UnavailableError('signing_key_unavailable')` before the keys were read once. */
  publishedKeys(): PublishedKeys;
}

export type SigningKeysDeps = Clock & {
  readonly store: SigningKeyStore;
  readonly keyEncryption: KeyEncryption;
  /** The algorithms that targets name. */
  algorithmsInUse(): readonly SigningAlgorithm[];
  readonly policy: SigningKeyPolicy;
};

/**
 * Signing follows the states as they were last read, never the clock: a key becomes current when a gateway stores it
 * so, and another that has not read that yet goes on with the key before, which stays published long enough for it.
 * A gateway that could not read the keys for `staleMs` signs nothing, so that this stays true.
 */
export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { store, policy } = deps;
  const open = createOpenSigningKey(deps.keyEncryption);
  const maxAgeSeconds = jwksMaxAgeSeconds(policy);
  let view: SigningKeyView | null = null;
  /** What the view is of. */
  let adopted: readonly StoredSigningKey[] = [];
  let turn: Promise<void> = Promise.resolve();

  const planNow = (keys: readonly StoredSigningKey[], nowMs: number) =>
    planSigningKeys({ keys, algorithmsInUse: deps.algorithmsInUse(), nowMs, policy });

  /** So is a view that was read in the future: the clock was put back, and its age is known again once it is read anew. */
  const isStale = ({ readAtMs }: SigningKeyView): boolean => {
    const ageMs = deps.now() - readAtMs;
    return ageMs < 0 || ageMs > policy.staleMs;
  };

  async function adopt(stored: readonly StoredSigningKey[], readAtMs: number): Promise<void> {
    try {
      view = await viewSigningKeys(stored, { open, readAtMs, maxAgeSeconds });
      adopted = stored;
    } catch (error) {
      await dropDisabled(stored);
      throw error;
    }
  }

  /** A row that does not open, whoever wrote it, must not keep a key in use that was disabled for being known to others. */
  async function dropDisabled(stored: readonly StoredSigningKey[]): Promise<void> {
    const disabled = new Set(stored.filter(({ state }) => state === 'disabled').map(({ kid }) => kid));
    adopted = adopted.filter(({ kid }) => !disabled.has(kid));
    if (view !== null)
      view = await viewSigningKeys(adopted, { open, readAtMs: view.readAtMs, maxAgeSeconds });
  }

  /** Runs under the store's lock. Whoever cannot open the keys that are there makes none beside them. */
  async function changesDue(keys: readonly StoredSigningKey[]): Promise<readonly StoredSigningKey[]> {
    const nowMs = deps.now();
    await adopt(keys, nowMs);
    const { changed, wanted } = planNow(keys, nowMs);
    const made = await Promise.all(wanted.map((key) => makeSigningKey(key, { ...deps, nowMs })));
    return [...changed, ...made];
  }

  async function maintainOnce(): Promise<void> {
    const readAtMs = deps.now();
    const stored = await store.readSigningKeys();
    await adopt(stored, readAtMs);
    const { changed, wanted } = planNow(stored, readAtMs);
    if (changed.length + wanted.length > 0) await adopt(await store.changeSigningKeys(changesDue), readAtMs);
  }

  return {
    maintain() {
      turn = turn.catch(() => undefined).then(maintainOnce);
      return turn;
    },
    signCredential({ algorithm, typ, claims }) {
      if (view === null || isStale(view)) {
        throw new UnavailableError('signing_key_unavailable', 'the signing keys could not be read lately');
      }
      const sign = view.signers.get(algorithm);
      if (sign !== undefined) return sign(typ, claims);
      throw new UnavailableError('signing_key_unavailable', `no key signs ${algorithm} yet`);
    },
    publishedKeys() {
      if (view !== null) return view.published;
      throw new UnavailableError('signing_key_unavailable', 'the signing keys were not read yet');
    },
  };
}
