import { hostname } from 'node:os';
import { LONGEST_CREDENTIAL_SECONDS, type PublicJwk, type SigningKeyStore } from '@symbolon/core';
import {
  checkKeyEncryption,
  createSigningKeys,
  loadClusterCredentialKeys,
  readKeyEncryption,
  SIGNING_KEY_TIMES,
  type SigningKeys,
} from '@symbolon/issuer';
import type { KeyCache } from '@symbolon/kubernetes';
import type { Stores } from '@symbolon/storage/postgres';
import { createStatusWriter, type StatusWriter } from '../serve/cluster-status.ts';
import type { PolicyHolder } from '../serve/policy-holder.ts';
import type { BrokerOptions } from './broker.ts';
import { wireFetchedKeys } from './wire-cluster-keys.ts';

/** What processes with a gateway have, and no others: all that lies under the key-encryption key. */
export interface GatewayParts {
  readonly signingKeys: SigningKeys;
  /** Fetched with the clusters' own credentials. */
  readonly clusterKeys: KeyCache;
  readonly clusterStatus: StatusWriter;
  /** The public half to which clusters' credentials are sealed, checked against the private one. */
  readonly sealingKey: PublicJwk;
  /** 32 bytes: what is remembered of proofs lies under it. */
  readonly cacheKey: Uint8Array;
}

interface GatewayPartsDeps {
  readonly stores: Stores;
  readonly policies: PolicyHolder;
  /** Null: none is configured, and there is no gateway without one. */
  readonly kekFile: string | null;
  readonly signingKeyStore: SigningKeyStore;
}

/**
 * Throws for a key-encryption key that is not that of the database before anything is made under it. Afterwards a
 * policy is in force, and the keys that it needs are there.
 */
export async function assembleGatewayParts(
  options: BrokerOptions,
  { stores, policies, kekFile, signingKeyStore }: GatewayPartsDeps,
): Promise<GatewayParts> {
  if (kekFile === null) throw new Error('a gateway was configured without a key-encryption key');
  const keyEncryption = await readKeyEncryption(kekFile);
  await checkKeyEncryption({ store: stores, keyEncryption });
  const clusterCredentials = await loadClusterCredentialKeys({ store: stores, keyEncryption });
  await policies.refresh();
  const signingKeys = createSigningKeys({
    store: signingKeyStore,
    keyEncryption,
    now: options.now,
    algorithmsInUse: policies.algorithmsInUse,
    policy: { ...SIGNING_KEY_TIMES, longestCredentialMs: LONGEST_CREDENTIAL_SECONDS * 1000 },
  });
  await signingKeys.maintain();
  const clusterKeys = wireFetchedKeys(options, stores, clusterCredentials);
  return {
    signingKeys,
    clusterKeys,
    clusterStatus: wireClusterStatus(options, stores, clusterKeys),
    sealingKey: clusterCredentials.publicJwk,
    cacheKey: keyEncryption.deriveKey('cache-key'),
  };
}

function wireClusterStatus({ now, log }: BrokerOptions, stores: Stores, clusterKeys: KeyCache): StatusWriter {
  return createStatusWriter({
    readHeldKeys: clusterKeys.readHeldKeys,
    snapshotKeys: clusterKeys.snapshotKeys,
    writeClusterStatus: stores.writeClusterStatus,
    writeKeySnapshot: stores.writeKeySnapshot,
    replica: `${hostname()}-${process.pid}`,
    now,
    log,
  });
}
