import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createAdmin } from '@symbolon/admin';
import {
  createExchangeToken,
  createRefusalCounter,
  LONGEST_CREDENTIAL_SECONDS,
  type RefusalCounter,
} from '@symbolon/core';
import { createGateway } from '@symbolon/gateway';
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
import { type OpenStores, openEmbedded, type Stores } from '@symbolon/storage/postgres';
import type { Config } from './config/load-config.ts';
import type { Log } from './log.ts';
import { createAdminToken } from './serve/admin-token.ts';
import { ensureEmbeddedSecrets } from './serve/embedded-secrets.ts';
import { createGatewayLog } from './serve/gateway-log.ts';
import { findInCluster } from './serve/in-cluster.ts';
import { createPolicyHolder, type PolicyHolder } from './serve/policy-holder.ts';
import { readiness } from './serve/readiness.ts';
import { startUpkeep } from './serve/upkeep.ts';
import { type WatchedAudit, watchAudit } from './serve/watch-audit.ts';
import { SHIPPED_FILES } from './shipped-files.ts';

/*
 * The composition root: the one file that knows which adapter stands behind which port. `openOnStores` reads as the
 * order of a start; below it stand the doors, each with what it is given.
 */

/** Given the request as it stood on the wire, a path that was spelled in another way than it is routed is not served. */
type Handle = (
  request: Request,
  connection?: { readonly incoming?: { readonly url?: string | undefined } },
) => Response | Promise<Response>;

export interface Broker {
  readonly gateway: Handle;
  readonly admin: Handle;
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

/** What the doors are made of. */
interface Parts extends BrokerOptions {
  readonly stores: Stores;
  readonly audit: WatchedAudit;
  readonly adminTokenFile: string;
  readonly clusterCredentials: ClusterCredentialKeys;
  readonly policies: PolicyHolder;
  readonly signingKeys: SigningKeys;
  readonly refusals: RefusalCounter;
}

const POLICY_RETRY_MS = 1_000;

/** Opens everything that a broker needs. After a throw nothing is held. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { pgliteWorker, pgliteAssetsDir, migrationsDir } = SHIPPED_FILES;
  const opened = await openEmbedded({
    dataDir: options.config.dataDir,
    workerUrl: pgliteWorker,
    ...(pgliteAssetsDir && { assetsDir: pgliteAssetsDir }),
    migrationsDir,
  });
  options.log.info({}, 'embedded database: what is acknowledged survives a killed process, not a power cut');
  try {
    return await openOnStores(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openOnStores(options: BrokerOptions, { stores, close }: OpenStores): Promise<Broker> {
  const { config, issuer, log, now } = options;
  const holdsKeys = (await stores.readSigningKeys()).length > 0;
  const { kekFile, adminTokenFile } = ensureEmbeddedSecrets(config, { holdsKeys });
  const keyEncryption = await readKeyEncryption(kekFile);
  const clusterCredentials = await loadClusterCredentialKeys({ store: stores, keyEncryption });

  const policies = createPolicyHolder({ ...stores, issuer, log, now, retryMs: POLICY_RETRY_MS });
  await policies.refresh();
  const signingKeys = createSigningKeys({
    store: stores,
    keyEncryption,
    now,
    algorithmsInUse: policies.algorithmsInUse,
    policy: { ...SIGNING_KEY_TIMES, longestCredentialMs: LONGEST_CREDENTIAL_SECONDS * 1000 },
  });
  await signingKeys.maintain();
  const refusals = createRefusalCounter(now());
  const audit = watchAudit(stores);
  const parts = {
    ...options,
    stores,
    audit,
    adminTokenFile,
    clusterCredentials,
    policies,
    signingKeys,
    refusals,
  };

  let isDraining = false;
  const gateway = wireGateway(parts, () => isDraining);
  const admin = wireAdmin(parts);
  // Last, for what is wired before may throw.
  const upkeep = startUpkeep(parts);
  return {
    gateway,
    admin,
    startDraining() {
      isDraining = true;
    },
    async close() {
      policies.close();
      await upkeep.stop();
      await close();
    },
  };
}

function wireGateway(parts: Parts, isDraining: () => boolean): Handle {
  const { audit, policies, signingKeys, refusals, issuer, now } = parts;
  const exchange = createExchangeToken({
    issuer,
    ...policies,
    ...wireSignatures(parts),
    ...signingKeys,
    ...audit,
    ...refusals,
    now,
    createId: randomUUID,
  });
  return createGateway({
    ...exchange,
    ...signingKeys,
    ...refusals,
    algorithms: () => signingKeys.publishedKeys().algorithms,
    readiness: () => readiness(parts, isDraining()),
    random: Math.random,
    createId: randomUUID,
    now,
    issuer,
    errorsMarkdown: readFileSync(SHIPPED_FILES.errorsMarkdown, 'utf8'),
    log: createGatewayLog(parts.log),
  }).fetch;
}

/** How signatures are verified: by keys of clusters, kept in memory, fetched with the clusters' own credentials. */
function wireSignatures({ config, stores, clusterCredentials, log, now }: Parts) {
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

function wireAdmin(parts: Parts): Handle {
  const { config, stores, clusterCredentials, policies, signingKeys, issuer, log, now } = parts;
  const { clusterCredentialsDir: folder } = config;
  if (folder !== null && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`the folder of cluster credentials ${folder} is not there`);
  }
  const inCluster = findInCluster(process.env);
  const adminToken = createAdminToken(parts.adminTokenFile);
  return createAdmin({
    ...stores,
    authenticate: (token) =>
      adminToken.isAdminToken(token) ? { id: 'bootstrap', isGlobalOwner: true } : null,
    sealClusterCredential: (cluster, token) =>
      sealClusterCredential({ publicJwk: clusterCredentials.publicJwk, cluster, token }),
    async policyChanged() {
      await policies.refresh();
      await signingKeys.maintain();
    },
    isCredentialPath: folder === null ? null : (path) => isWithin(folder, path),
    inCluster:
      inCluster === null ? null : { url: inCluster.url, caPem: readFileSync(inCluster.caFile, 'utf8') },
    createId: randomUUID,
    now,
    issuer,
    log,
  }).fetch;
}

async function isWithin(folder: string, path: string): Promise<boolean> {
  return resolveWithin(folder, path).then(
    () => true,
    () => false,
  );
}
