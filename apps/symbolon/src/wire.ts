import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createAdmin } from '@symbolon/admin';
import { createExchangeToken, createExplain, LONGEST_CREDENTIAL_SECONDS } from '@symbolon/core';
import { createGateway, createProbes, tokenRouteOf } from '@symbolon/gateway';
import {
  createSigningKeys,
  loadClusterCredentialKeys,
  readKeyEncryption,
  SIGNING_KEY_TIMES,
  sealClusterCredential,
} from '@symbolon/issuer';
import {
  createFetchJwks,
  createKeyCache,
  createVerifySignature,
  type KeyCache,
  resolveWithin,
} from '@symbolon/kubernetes';
import { type OpenStores, openEmbedded, type Stores } from '@symbolon/storage/postgres';
import type { Config } from './config/load-config.ts';
import type { Log } from './log.ts';
import { createBootstrapAuthentication } from './serve/bootstrap-authentication.ts';
import { createIsCredentialPath } from './serve/credential-paths.ts';
import { createDraining } from './serve/draining.ts';
import { ensureEmbeddedSecrets } from './serve/embedded-secrets.ts';
import { findInCluster } from './serve/in-cluster.ts';
import { countInFlight } from './serve/metrics/count-in-flight.ts';
import { createMetrics } from './serve/metrics/create-metrics.ts';
import type { ServerName } from './serve/metrics/request-metrics.ts';
import type { StateSources } from './serve/metrics/state-metrics.ts';
import { observeAdmin } from './serve/observe-admin.ts';
import { createPolicyHolder } from './serve/policy-holder.ts';
import { readiness } from './serve/readiness.ts';
import { createRequestLog } from './serve/request-log.ts';
import { startUpkeep } from './serve/upkeep.ts';
import { watchAudit } from './serve/watch-audit.ts';
import { watchRefusals } from './serve/watch-refusals.ts';
import { watchSigningKeys } from './serve/watch-signing-keys.ts';
import { SHIPPED_FILES } from './shipped-files.ts';
import { VERSION } from './version.ts';

/*
 * The composition root: the one file that knows which adapter stands behind which port. `openOnStores` reads as the
 * order of a start; below it stand the doors, each with what it is given.
 */

/** Given the request as it stood on the wire, a path that was spelled in another way than it is routed is not served. */
type Handle = (
  request: Request,
  connection?: { readonly incoming?: { readonly url?: string | undefined } },
) => Response | Promise<Response>;

/** A handler for each server. */
export interface Broker extends Readonly<Record<ServerName, Handle>> {
  /** From now on readyz says that no more requests should come. */
  startDraining(): void;
  /** Writes what is still held, and frees the data folder. */
  close(): Promise<void>;
}

export interface BrokerOptions extends Pick<StateSources, 'connections'> {
  readonly config: Config;
  readonly issuer: string;
  readonly log: Log;
  /** Unix milliseconds. */
  now(): number;
}

type Parts = Awaited<ReturnType<typeof assemble>>;

const POLICY_RETRY_MS = 1_000;
const elapsedMs = () => performance.now();

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
  const parts = await assemble(options, stores);
  const handlers = { gateway: wireGateway(parts), admin: wireAdmin(parts), metrics: wireProbes(parts) };
  // Last, for what is wired before may throw.
  const upkeep = startUpkeep(parts);
  return {
    ...handlers,
    startDraining: parts.draining.start,
    async close() {
      parts.policies.close();
      await upkeep.stop();
      await close();
    },
  };
}

/** What the doors are made of. */
async function assemble(options: BrokerOptions, stores: Stores) {
  const { config, issuer, log, now, connections } = options;
  const holdsKeys = (await stores.readSigningKeys()).length > 0;
  const { kekFile, adminTokenFile } = ensureEmbeddedSecrets(config, { holdsKeys });
  const keyEncryption = await readKeyEncryption(kekFile);
  const clusterCredentials = await loadClusterCredentialKeys({ store: stores, keyEncryption });

  const policies = createPolicyHolder({ ...stores, issuer, log, now, retryMs: POLICY_RETRY_MS });
  await policies.refresh();
  const store = watchSigningKeys(stores);
  const signingKeys = createSigningKeys({
    store,
    keyEncryption,
    now,
    algorithmsInUse: policies.algorithmsInUse,
    policy: { ...SIGNING_KEY_TIMES, longestCredentialMs: LONGEST_CREDENTIAL_SECONDS * 1000 },
  });
  await signingKeys.maintain();

  const clusterKeys = wireClusterKeys(options, { stores, clusterCredentials });
  const audit = watchAudit(stores);
  const refusals = watchRefusals(now());
  const metrics = createMetrics({
    version: VERSION,
    tokenRoute: tokenRouteOf(issuer),
    now,
    ...policies,
    readClusterKeys: clusterKeys.readHeldKeys,
    ...store,
    ...audit,
    ...refusals,
    connections,
  });
  return {
    ...options,
    stores,
    audit,
    adminTokenFile,
    clusterCredentials,
    policies,
    clusterKeys,
    signingKeys,
    refusals,
    metrics,
    draining: createDraining(),
    requestLog: (server: ServerName) => createRequestLog(server, log, metrics),
  };
}

/** The keys of clusters, kept in memory and fetched with the clusters' own credentials. */
function wireClusterKeys(
  { config, log, now }: BrokerOptions,
  { stores, clusterCredentials }: Pick<Parts, 'stores' | 'clusterCredentials'>,
): KeyCache {
  const fetchJwks = createFetchJwks({
    clusterCredentialsDir: config.clusterCredentialsDir,
    inCluster: findInCluster(process.env),
    async readClusterToken(cluster) {
      const sealed = await stores.readClusterCredential(cluster);
      return sealed === null ? null : clusterCredentials.openClusterCredential(cluster, sealed);
    },
  });
  return createKeyCache({
    ...fetchJwks,
    now,
    reportKeys(report) {
      if (report.kind === 'read') log.info({ ...report }, 'cluster keys read');
      else log.warn({ ...report }, 'cluster keys unavailable');
    },
  });
}

function wireGateway(parts: Parts): Handle {
  const { audit, policies, clusterKeys, signingKeys, refusals, metrics, config, issuer, now } = parts;
  const verifySignature = createVerifySignature(clusterKeys);
  const exchange = createExchangeToken({
    ...policies,
    ...verifySignature,
    ...signingKeys,
    ...audit,
    ...refusals,
    createId: randomUUID,
    issuer,
    now,
  });
  const { fetch } = createGateway({
    ...exchange,
    ...signingKeys,
    ...refusals,
    algorithms: () => signingKeys.publishedKeys().algorithms,
    readiness: () => readiness(parts),
    random: Math.random,
    createId: randomUUID,
    elapsedMs,
    issuer,
    errorsMarkdown: readFileSync(SHIPPED_FILES.errorsMarkdown, 'utf8'),
    metrics: config.metricsListen === null ? metrics : null,
    log: parts.requestLog('gateway'),
  });
  return countInFlight('gateway', fetch, metrics);
}

/** Probes and metrics for the server that METRICS_LISTEN names; without one nobody asks it. */
function wireProbes(parts: Parts): Handle {
  const { issuer, metrics, requestLog } = parts;
  const { fetch } = createProbes({
    issuer,
    metrics,
    readiness: () => readiness(parts),
    createId: randomUUID,
    elapsedMs,
    log: requestLog('metrics'),
  });
  return countInFlight('metrics', fetch, metrics);
}

function wireAdmin(parts: Parts): Handle {
  const { config, stores, audit, clusterCredentials, policies, clusterKeys, signingKeys } = parts;
  const { issuer, log, now, metrics } = parts;
  const inCluster = findInCluster(process.env);
  const verifySignature = createVerifySignature(clusterKeys);
  const explain = createExplain({ ...stores, ...policies, ...verifySignature, ...audit, issuer, now });
  const app = createAdmin({
    ...stores,
    ...explain,
    authenticate: createBootstrapAuthentication(parts.adminTokenFile),
    sealClusterCredential: (cluster, token) =>
      sealClusterCredential({ publicJwk: clusterCredentials.publicJwk, cluster, token }),
    readClusterKeys(name) {
      const cluster = policies.currentPolicy().clusterNamed(name);
      return cluster === undefined ? null : clusterKeys.readHeldKeys(cluster);
    },
    async policyChanged() {
      await policies.refresh();
      await signingKeys.maintain();
    },
    isCredentialPath: createIsCredentialPath(config.clusterCredentialsDir, resolveWithin),
    inCluster:
      inCluster === null ? null : { url: inCluster.url, caPem: readFileSync(inCluster.caFile, 'utf8') },
    createId: randomUUID,
    now,
    issuer,
    log,
  });
  const fetch = observeAdmin(app, { log: parts.requestLog('admin'), elapsedMs });
  return countInFlight('admin', fetch, metrics);
}
