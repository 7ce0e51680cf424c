import {
  type Cluster,
  refused,
  type SignatureReason,
  type UnverifiedToken,
  type VerifiedToken,
  type VerifySignature,
} from '@symbolon/core';
import { compactVerify } from 'jose';
import { findKey, type KeySet } from './keys/key-set.ts';
import type { ClusterKeys } from './keys/ports.ts';

interface Attempt {
  readonly cluster: Cluster;
  readonly keys: KeySet | null;
  readonly outcome: 'verified' | 'key_unknown' | 'algorithm_not_allowed' | 'signature_invalid';
  /** The cluster could not be asked the last time. */
  readonly isFailing: boolean;
}

type Verdict = Awaited<ReturnType<VerifySignature['verifySignature']>>;

/**
 * Finds the one cluster whose keys verify a token; the only maker of a VerifiedToken. What is known decides first and
 * waits for nothing, so that a cluster that cannot be reached holds up no other's tokens (docs/adr/0002). Only when
 * nothing known verifies, the candidates that lack the key are asked, each under its cool-down: that is the only
 * fetch that a token can bring on.
 */
export function createVerifySignature(clusterKeys: ClusterKeys): VerifySignature {
  return {
    async verifySignature(token, candidates) {
      const allowing = candidates.filter((cluster) => cluster.allowedAlgorithms.includes(token.header.alg));
      if (allowing.length === 0) return refused('token_algorithm_not_allowed');
      const known = await Promise.all(
        allowing.map(async (cluster) => {
          const { keys, isFailing } = clusterKeys.knownKeys(cluster);
          return { cluster, keys, isFailing, outcome: await tryKeys(token, keys) };
        }),
      );
      return verifiedBy(token, known) ?? ask(token, known, clusterKeys);
    },
  };
}

/** All are asked at once. Those that answered the last time are heard first; the others only where those do not do. */
async function ask(
  token: UnverifiedToken,
  known: readonly Attempt[],
  clusterKeys: ClusterKeys,
): Promise<Verdict> {
  const asking = known
    .filter(({ outcome }) => outcome === 'key_unknown')
    .map((attempt) => ({ isFailing: attempt.isFailing, answer: askOne(token, attempt, clusterKeys) }));

  const answering = asking.filter(({ isFailing }) => !isFailing);
  const byAnswering = verifiedBy(token, await Promise.all(answering.map(({ answer }) => answer)));
  if (byAnswering !== null) return byAnswering;
  const asked = await Promise.all(asking.map(({ answer }) => answer));
  const byAsked = verifiedBy(token, asked);
  if (byAsked !== null) return byAsked;

  for (const { outcome, unavailable } of asked) {
    if (outcome === 'key_unknown' && unavailable !== null) throw unavailable;
  }
  return refused(reasonOf([...known, ...asked]));
}

async function askOne(token: UnverifiedToken, attempt: Attempt, clusterKeys: ClusterKeys) {
  const { iat } = token.claims;
  const issuedAtSeconds = typeof iat === 'number' ? iat : null;
  const { keys, unavailable } = await clusterKeys.refetchKeys(attempt.cluster, attempt.keys, issuedAtSeconds);
  return { ...attempt, unavailable, outcome: await tryKeys(token, keys) };
}

async function tryKeys(token: UnverifiedToken, keys: KeySet | null): Promise<Attempt['outcome']> {
  const { alg, kid } = token.header;
  const key = keys === null ? null : findKey(keys, kid);
  if (key === null) return 'key_unknown';
  if (!key.algorithms.has(alg)) return 'algorithm_not_allowed';
  try {
    await compactVerify(token.compact, key.key, { algorithms: [alg] });
    return 'verified';
  } catch {
    // Whatever was thrown, this key did not verify it; a key that makes the library fail must not fail other clusters.
    return 'signature_invalid';
  }
}

function verifiedBy(token: UnverifiedToken, attempts: readonly Attempt[]) {
  const [first, second] = attempts.filter(({ outcome }) => outcome === 'verified');
  if (first === undefined) return null;
  if (second !== undefined) return refused('token_cluster_ambiguous');
  return {
    kind: 'verified',
    token: { cluster: first.cluster.name, claims: token.claims } as VerifiedToken,
  } as const;
}

/** The refusal that came furthest: a key that was found tells more than one that was not. */
function reasonOf(attempts: readonly Attempt[]): SignatureReason {
  const has = (outcome: Attempt['outcome']) => attempts.some((attempt) => attempt.outcome === outcome);
  if (has('signature_invalid')) return 'token_signature_invalid';
  return has('algorithm_not_allowed') ? 'token_algorithm_not_allowed' : 'token_key_unknown';
}
