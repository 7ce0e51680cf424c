import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createAdmin } from '@symbolon/admin';
import { createExchangeToken, createRefusalCounter } from '@symbolon/core';
import { createGateway, type ReadinessCheck } from '@symbolon/gateway';
import {
  type ClusterCredentialKeys,
  createSigningKeys,
  loadClusterCredentialKeys,
  readKeyEncryption,
  SIGNING_KEY_TIMES,
  type SigningKeys,
  sealClusterCredential,
} from '@symbolon/issuer';
import { createFetchJwks, createKeyCache, createVerifySignature, resolveWithin } from '@symbolon/kubernetes';
import { openEmbedded, type Stores } from '@symbolon/storage/postgres';
import type { Config } from './config/load-config.ts';
import { errorFields, type Log } from './log.ts';
import { createAdminToken } from './serve/admin-token.ts';
import { ensureEmbeddedSecrets } from './serve/embedded-secrets.ts';
import { createGatewayLog } from './serve/gateway-log.ts';
import { findInCluster } from './serve/in-cluster.ts';
import { createPolicyHolder, type PolicyHolder } from './serve/policy-holder.ts';
import { startEvery } from './serve/start-every.ts';
import { SHIPPED_FILES } from './shipped-files.ts';

/*
 * The composition root: the one file that knows which adapter stands behind which port. It reads top to bottom as the
 * order of a start: database, secrets, keys, policy, then the two doors.
 */

export interface Broker {
  readonly gateway: (request: Request) => Response | Promise<Response>;
  readonly admin: (request: Request) => Response | Promise<Response>;
  /** From now on readyz says that no more requests should come. */
  startDraining(): void;
  /** Writes what is still held, and frees the data folder. */
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly config: Config;
  readonly issuer: string;
  readonly log: Log;
  /** Unix milliseconds. */
  now(): number;
}

const POLICY_RETRY_MS = 1_000;
const KEY_MAINTENANCE_MS = 60_000;
const REFUSAL_SUMMARY_MS = 60_000;
/** The ceiling of a target's `maxTtlSeconds`. */
const LONGEST_CREDENTIAL_MS = 86_400_000;

/** Opens everything that a broker needs. After a throw nothing is held. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { config } = options;
  const { pgliteWorker, pgliteAssetsDir, migrationsDir } = SHIPPED_FILES;
  const { stores, close } = await openEmbedded({
    dataDir: config.dataDir,
    workerUrl: pgliteWorker,
    ...(pgliteAssetsDir && { assetsDir: pgliteAssetsDir }),
    migrationsDir,
  });
  try {
    return await openOnStores(options, { stores, close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function openOnStores(
  options: BrokerOptions,
  { stores, close }: { readonly stores: Stores; close(): Promise<void> },
): Promise<Broker> {
  const { config, issuer, log, now } = options;
  const secrets = ensureEmbeddedSecrets(config);
  const keyEncryption = await readKeyEncryption(secrets.kekFile);
  const clusterCredentials = await loadClusterCredentialKeys({ store: stores, keyEncryption });

  const policies = createPolicyHolder({ ...stores, issuer, log, now, retryMs: POLICY_RETRY_MS });
  await policies.refresh();
  const signingKeys = createSigningKeys({
    store: stores,
    keyEncryption,
    now,
    algorithmsInUse: policies.algorithmsInUse,
    policy: { ...SIGNING_KEY_TIMES, longestCredentialMs: LONGEST_CREDENTIAL_MS },
  });
  await signingKeys.maintain();

  const refusals = createRefusalCounter(now());
  const writeRefusals = async () => {
    const events = refusals.drain(now());
    if (events.length > 0) await stores.recordRefusals(events);
  };
  const timers = [
    startEvery(KEY_MAINTENANCE_MS, signingKeys.maintain, (error) =>
      log.error(errorFields(error), 'signing keys were not maintained'),
    ),
    startEvery(REFUSAL_SUMMARY_MS, writeRefusals, (error) =>
      log.error(errorFields(error), 'refusals were not summarised'),
    ),
  ];

  let isDraining = false;
  const gateway = createGateway({
    ...createExchangeToken({
      issuer,
      ...policies,
      ...verification({ options, stores, clusterCredentials }),
      ...signingKeys,
      ...stores,
      ...refusals,
      now,
      createId: randomUUID,
    }),
    ...signingKeys,
    ...refusals,
    algorithms: () => signingKeys.publishedKeys().algorithms,
    readiness: () => readiness({ policies, signingKeys, isDraining }),
    random: Math.random,
    createId: randomUUID,
    now,
    issuer,
    errorsMarkdown: readFileSync(SHIPPED_FILES.errorsMarkdown, 'utf8'),
    log: createGatewayLog(log),
  });
  const inCluster = findInCluster(process.env);
  const { clusterCredentialsDir: credentialsDir } = config;
  const adminToken = createAdminToken(secrets.adminTokenFile);
  const admin = createAdmin({
    ...stores,
    authenticate: (token) =>
      adminToken.isAdminToken(token) ? { id: 'bootstrap', isGlobalOwner: true } : null,
    sealClusterCredential: (cluster, token) =>
      sealClusterCredential({ publicJwk: clusterCredentials.publicJwk, cluster, token }),
    policyChanged: async () => {
      await policies.refresh();
      await signingKeys.maintain();
    },
    isCredentialPath: credentialsDir === null ? null : (path) => isWithin(credentialsDir, path),
    inCluster:
      inCluster === null ? null : { url: inCluster.url, caPem: readFileSync(inCluster.caFile, 'utf8') },
    createId: randomUUID,
    now,
    issuer,
    log,
  });

  return {
    gateway: gateway.fetch,
    admin: admin.fetch,
    startDraining() {
      isDraining = true;
    },
    async close() {
      policies.close();
      for (const timer of timers) timer.stop();
      await writeRefusals().catch((error: unknown) =>
        log.error(errorFields(error), 'refusals were not summarised'),
      );
      await close();
    },
  };
}

/** How signatures are verified: keys of clusters, kept in memory, fetched with the clusters' own credentials. */
function verification(deps: {
  readonly options: BrokerOptions;
  readonly stores: Stores;
  readonly clusterCredentials: ClusterCredentialKeys;
}) {
  const { options, stores, clusterCredentials } = deps;
  const { config, log, now } = options;
  const fetchJwks = createFetchJwks({
    clusterCredentialsDir: config.clusterCredentialsDir,
    inCluster: findInCluster(process.env),
    async readClusterToken(cluster) {
      const sealed = await stores.readClusterCredential(cluster);
      return sealed === null ? null : clusterCredentials.openClusterCredential(cluster, sealed);
    },
  });
  const clusterKeys = createKeyCache({
    ...fetchJwks,
    now,
    reportKeys(report) {
      if (report.kind === 'read') log.info({ ...report }, 'cluster keys read');
      else log.warn({ ...report }, 'cluster keys unavailable');
    },
  });
  return createVerifySignature(clusterKeys);
}

function readiness(state: {
  readonly policies: PolicyHolder;
  readonly signingKeys: SigningKeys;
  readonly isDraining: boolean;
}): readonly ReadinessCheck[] {
  return [
    {
      name: 'policy',
      ok: succeeds(state.policies.currentPolicy),
      detail: 'the configuration cannot be read',
    },
    {
      name: 'signing_keys',
      ok: succeeds(state.signingKeys.publishedKeys),
      detail: 'the signing keys cannot be read',
    },
    { name: 'serving', ok: !state.isDraining, detail: 'the broker is stopping' },
  ];
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

async function isWithin(folder: string, path: string): Promise<boolean> {
  return resolveWithin(folder, path).then(
    () => true,
    () => false,
  );
}
