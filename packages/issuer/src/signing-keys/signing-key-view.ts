import { hash } from 'node:crypto';
import type { PublicJwk, SigningAlgorithm, SigningKeyState, StoredSigningKey } from '@symbolon/core';
import type { Signer } from './create-signer.ts';
import type { OpenSigningKey } from './open-signing-key.ts';

/** The key set as relying parties get it (RFC 7517 §5). */
export interface PublishedKeys {
  readonly keys: readonly PublicJwk[];
  /** Algorithms that sign now, for discovery. */
  readonly algorithms: readonly SigningAlgorithm[];
  readonly maxAgeSeconds: number;
  /** A strong entity tag with its quotes; the same on every gateway that publishes these keys. */
  readonly etag: string;
}

/** The keys as a gateway read them at one moment. */
export interface SigningKeyView {
  readonly readAtMs: number;
  readonly signers: ReadonlyMap<SigningAlgorithm, Signer>;
  readonly published: PublishedKeys;
}

export async function viewSigningKeys(
  stored: readonly StoredSigningKey[],
  deps: { readonly open: OpenSigningKey; readonly readAtMs: number; readonly maxAgeSeconds: number },
): Promise<SigningKeyView> {
  const live = stored.filter((key) => key.state !== 'disabled');
  const opened = await Promise.all(live.map(async (key) => ({ ...(await deps.open(key)), key })));

  const current = opened.filter(({ key }) => key.state === 'current');
  const signers = new Map(current.map(({ key, sign }) => [key.algorithm, sign]));
  const keys = opened
    .filter(({ key }) => isPublished(key.state))
    .sort((a, b) => (a.key.kid < b.key.kid ? -1 : 1))
    .map(({ publicJwk }) => publicJwk);
  return {
    readAtMs: deps.readAtMs,
    signers,
    published: {
      keys,
      algorithms: [...signers.keys()],
      maxAgeSeconds: deps.maxAgeSeconds,
      etag: `"${hash('sha256', JSON.stringify(keys), 'base64url')}"`,
    },
  };
}

function isPublished(state: SigningKeyState): boolean {
  switch (state) {
    case 'next':
    case 'current':
    case 'previous':
      return true;
    case 'reserve':
    case 'disabled':
      return false;
  }
}
