import {
  type Clock,
  type Cluster,
  type ClusterDirectory,
  createVerifySubjectToken,
  type UnverifiedToken,
  type Verification,
  type VerifiedToken,
  type VerifySignature,
  type VerifySubjectToken,
} from '@symbolon/core';
import type { ClusterKeys } from '../keys/ports.ts';
import { bytesOfClaims } from './bytes-of-claims.ts';
import { type CandidateKeys, createReadCandidateKeys } from './candidate-keys.ts';
import { createHmacSha256 } from './hmac-sha256.ts';
import { createRecentMap, type RecentMapBounds } from './recent-map.ts';

/*
 * What is remembered of tokens that were verified, so that one that comes again is neither parsed nor verified again.
 * It is apart from the verification because it must grant nothing that that would not: it is a decorator, holds
 * positive results alone, and whatever it does not know for certain it has verified anew. The claims are core's to
 * judge, every time.
 */

export interface RememberedProofsDeps extends VerifySignature, Pick<ClusterKeys, 'knownKeys'>, Clock {
  /** 32 bytes that nobody else has: what is remembered lies under an HMAC of the token, never under the token. */
  readonly key: Uint8Array;
}

interface Proof {
  readonly token: VerifiedToken;
  readonly issuer: string;
  readonly expiresAtMs: number;
  /** What it was verified against. */
  readonly candidateKeys: CandidateKeys;
}

const BOUNDS: RecentMapBounds = { maxEntries: 65_536, maxBytes: 128 * 1024 * 1024 };

/** Of an entry beside what the token says. */
const ENTRY_BYTES = 512;

/**
 * Verifies each token once for as long as nothing changes that it was verified against. A token is known again where it
 * is the same to the last character, has not expired, and its issuer has the same clusters at the same revisions with
 * the same keys: a cluster that joined, a key that was withdrawn, and keys past their bound all make it unknown.
 */
export function createRememberedProofs(
  deps: RememberedProofsDeps,
  bounds: RecentMapBounds = BOUNDS,
): VerifySubjectToken {
  const proofs = createRecentMap<Proof>(bounds);
  const readCandidateKeys = createReadCandidateKeys(deps);
  const idOf = createHmacSha256(deps.key);

  function recall(id: string, clusters: ClusterDirectory): Verification | null {
    const proof = proofs.get(id);
    if (proof === undefined) return null;
    const { token, issuer } = proof;
    const candidates = clusters.clustersOfIssuer(issuer);
    const cluster = candidates.find(({ name }) => name === token.cluster);
    const isAlike =
      deps.now() < proof.expiresAtMs && readCandidateKeys(issuer, candidates) === proof.candidateKeys;
    if (cluster !== undefined && isAlike) return { kind: 'verified', token, cluster };
    proofs.delete(id);
    return null;
  }

  /** Remembers a verification during which the keys did not change: else it is not known which of them verified it. */
  async function verifyAnew(
    id: string,
    token: UnverifiedToken,
    candidates: readonly Cluster[],
  ): ReturnType<VerifySignature['verifySignature']> {
    const before = candidates.map((cluster) => deps.knownKeys(cluster).keys);
    const verdict = await deps.verifySignature(token, candidates);
    if (verdict.kind === 'refused') return verdict;
    const { issuer, compact, claims } = token;
    const candidateKeys = readCandidateKeys(issuer, candidates);
    const isUnchanged = before.every((keys, at) => keys === candidateKeys.keys[at]);
    const verifiedAt = candidates.findIndex(({ name }) => name === verdict.token.cluster);
    if (isUnchanged && before[verifiedAt] && typeof claims.exp === 'number') {
      const expiresAtMs = claims.exp * 1000;
      const bytes = ENTRY_BYTES + bytesOfClaims(claims, compact.length);
      proofs.set(id, { token: verdict.token, issuer, expiresAtMs, candidateKeys }, bytes);
    }
    return verdict;
  }

  return {
    verifySubjectToken(compact, clusters) {
      const id = idOf(compact);
      const known = recall(id, clusters);
      if (known !== null) return known;
      const verifySignature: VerifySignature['verifySignature'] = (token, candidates) =>
        verifyAnew(id, token, candidates);
      return createVerifySubjectToken({ verifySignature }).verifySubjectToken(compact, clusters);
    },
  };
}
