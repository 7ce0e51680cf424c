import type { KeyObject } from 'node:crypto';
import { type PublicJwk, UnavailableError } from '@symbolon/core';
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';
import { credentialFingerprint } from './credential-fingerprint.ts';
import { thumbprintOf } from './public-jwk.ts';

const ALGORITHM = 'ECDH-ES+A256KW';
const ENCRYPTION = 'A256GCM';

export interface SealedClusterCredential {
  /** Compact JWE (RFC 7516 §7.1). */
  readonly sealed: string;
  /** See `credentialFingerprint`. */
  readonly fingerprint: string;
}

export interface ClusterCredential {
  readonly token: string;
  /** The one that was sealed with it, by which a cluster's configuration names the credential that belongs to it. */
  readonly fingerprint: string;
}

/**
 * Seals the bearer token that the broker shows to a cluster's API server, to the gateways' public key: whoever
 * administers a cluster can write its credential, and only a gateway can read it. The authenticated header names the
 * cluster, so that one cluster's credential cannot be passed off as another's.
 */
export async function sealClusterCredential(input: {
  readonly publicJwk: PublicJwk;
  readonly cluster: string;
  readonly token: string;
}): Promise<SealedClusterCredential> {
  const { publicJwk, cluster, token } = input;
  const fingerprint = await credentialFingerprint(cluster, token);
  const sealed = await new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({
      alg: ALGORITHM,
      enc: ENCRYPTION,
      kid: await thumbprintOf(publicJwk),
      cluster,
      fingerprint,
    })
    .encrypt(await importJWK(publicJwk, ALGORITHM));
  return { sealed, fingerprint };
}

/** Throws `UnavailableError('cluster_keys_unavailable')` for whatever was not sealed to this key for this cluster. */
export async function openClusterCredential(input: {
  readonly privateKey: KeyObject;
  readonly cluster: string;
  readonly sealed: string;
}): Promise<ClusterCredential> {
  const { privateKey, cluster, sealed } = input;
  const opened = await compactDecrypt(sealed, privateKey, {
    keyManagementAlgorithms: [ALGORITHM],
    contentEncryptionAlgorithms: [ENCRYPTION],
  }).catch(() => null);
  const header = opened?.protectedHeader;
  if (opened === null || header?.cluster !== cluster || typeof header.fingerprint !== 'string') {
    throw new UnavailableError(
      'cluster_keys_unavailable',
      `the stored credential of cluster ${cluster} was not sealed for it to the key of this deployment: remove it (null), then give it again`,
    );
  }
  return { token: new TextDecoder().decode(opened.plaintext), fingerprint: header.fingerprint };
}
