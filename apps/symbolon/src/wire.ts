import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createAdmin } from '@symbolon/admin';
import {
  createExchangeToken,
  createExplain,
  LONGEST_CREDENTIAL_SECONDS,
  type SigningKeyStore,
} from '@symbolon/core';
import { type Connection, createGateway, createProbes, tokenRouteOf } from '@symbolon/gateway';
import {
  type ClusterCredentialKeys,
  checkKeyEncryption,
  createSigningKeys,
  loadClusterCredentialKeys,
  readKeyEncryption,
  SIGNING_KEY_TIMES,
  sealClusterCredential,
} from '@symbolon/issuer';
import {
  createFetchJwks,
  createKeyCache,
  createRememberedProofs,
  createSnapshotKeys,
  createVerifySignature,
  type KeyCache,
  type ReportKeys,
  resolveWithin,
} from '@symbolon/kubernetes';
import {
  checkPostgres,
  type MigrationOutcome,
  migratePostgres,
  type OpenStores,
  openEmbedded,
  openPostgres,
  readDatabaseUrl,
  type SchemaState,
  type Stores,
} from '@symbolon/storage/postgres';
import type { Config, StorageConfig } from './config/load-config.ts';
import { servesAdmin, servesGateway } from './config/run-options.ts';
import type { Secret } from './config/secret.ts';
import type { Log, ProcessLog } from './log.ts';
import { createBootstrapAuthentication } from './serve/bootstrap-authentication.ts';
import { createClientAddressOf } from './serve/client-address.ts';
import { createStatusWriter } from './serve/cluster-status.ts';
import { createIsCredentialPath } from './serve/credential-paths.ts';
import { createDraining } from './serve/draining.ts';
import { ensureEmbeddedSecrets } from './serve/embedded-secrets.ts';
import type { Door } from './serve/http-listener.ts';
import { findInCluster } from './serve/in-cluster.ts';
import { countInFlight, countInFlightAtDoor } from './serve/metrics/count-in-flight.ts';
import { createMetrics, type Metrics } from './serve/metrics/create-metrics.ts';
import type { ServerName } from './serve/metrics/request-metrics.ts';
import type { StateSources } from './serve/metrics/state-metrics.ts';
import { observeAdmin } from './serve/observe-admin.ts';
import { createPolicyHolder, type PolicyHolder } from './serve/policy-holder.ts';
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

/** Given the connection, a path that was spelled in another way than it is routed is not served. */
export type Handle = (request: Request, connection?: Connection) => Response | Promise<Response>;

/** A handler for each server of the role, and for the probes. */
export interface Broker extends Pick<Metrics, 'readMetricsAsData'> {
  readonly handlers: Readonly<Partial<Record<ServerName, Handle>> & { metrics: Handle }>;
  /** The gateway's shorter way to its token endpoint, asked before its handler; null where there is no gateway. */
  readonly tokenDoor: Door | null;
  /** From now on readyz says that no more requests should come. */
  startDraining(): void;
  /** Writes what is still held, and frees the storage. */
  close(): Promise<void>;
}

export interface BrokerOptions extends Pick<StateSources, 'connections' | 'tlsCertificate'> {
  readonly config: Config;
  readonly issuer: string;
  readonly log: ProcessLog;
  /** Unix milliseconds. */
  now(): number;
}

type Parts = Awaited<ReturnType<typeof assemble>>;
/** What processes with a gateway have, and no others: all that lies under the key-encryption key. */
type GatewayParts = Awaited<ReturnType<typeof assembleGateway>>;

/** How soon, at the latest, a change that no connection told of is noticed. */
const POLICY_POLL_MS = 250;
const elapsedMs = () => performance.now();

/** Opens everything that a broker needs. After a throw nothing is held. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { config, log } = options;
  const opened = await openStorage(config);
  if (config.storage.kind === 'embedded') {
    log.info({}, 'embedded database: what is acknowledged survives a killed process, not a power cut');
  }
  try {
    return await openOnStores(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openStorage({
  storage,
  audit,
  role,
}: Pick<Config, 'storage' | 'audit' | 'role'>): Promise<OpenStores> {
  const { pgliteWorker, pgliteAssetsDir, migrationsDir } = SHIPPED_FILES;
  switch (storage.kind) {
    case 'embedded': {
      const { dataDir } = storage;
      const assets = pgliteAssetsDir && { assetsDir: pgliteAssetsDir };
      return openEmbedded({ dataDir, workerUrl: pgliteWorker, ...assets, migrationsDir, audit });
    }
    case 'postgres':
      return openPostgres({
        url: storage.url.reveal(),
        migrationsDir,
        audit,
        applicationName: `symbolon ${role}`,
      });
  }
}

async function openOnStores(options: BrokerOptions, { stores, close }: OpenStores): Promise<Broker> {
  const parts = await assemble(options, stores);
  const { gateway, policies, draining } = parts;
  const doors = gateway === null ? null : wireGateway(parts, gateway);
  const handlers = {
    ...(doors !== null && { gateway: doors.handle }),
    ...(servesAdmin(options.config.role) && { admin: wireAdmin(parts) }),
    metrics: wireProbes(parts),
  };
  // Last, for what is wired before may throw.
  const upkeep = startUpkeep(parts);
  return {
    handlers,
    tokenDoor: doors?.tokenDoor ?? null,
    readMetricsAsData: parts.metrics.readMetricsAsData,
    startDraining: draining.start,
    async close() {
      await policies.close();
      await upkeep.stop();
      await gateway?.clusterStatus.withdraw();
      const { lostEvents } = await close();
      if (lostEvents > 0)
        options.log.error({ lostEvents }, 'audit events could not be written before the end');
    },
  };
}

/** What the doors are made of. */
async function assemble(options: BrokerOptions, stores: Stores) {
  const { config, issuer, log, now, connections, tlsCertificate } = options;
  const policies = createPolicyHolder({
    ...stores,
    issuer,
    log,
    now,
    elapsedMs,
    pollMs: POLICY_POLL_MS,
    maxAgeMs: config.maxPolicyAgeSeconds * 1000,
  });
  const secrets = await secretFilesOf(config, stores);
  const signingKeyStore = watchSigningKeys(stores);
  const gateway = servesGateway(config.role)
    ? await assembleGateway(options, { stores, policies, kekFile: secrets.kekFile, signingKeyStore })
    : null;
  if (gateway === null) await policies.refresh();
  const clusterKeys =
    gateway?.clusterKeys ?? createSnapshotKeys({ ...stores, now, reportKeys: reportKeysTo(log) });
  const audit = watchAudit(stores, config.audit);
  const refusals = watchRefusals(now());
  const metrics = createMetrics({
    version: VERSION,
    tokenRoute: tokenRouteOf(issuer),
    now,
    ...policies,
    readClusterKeys: clusterKeys.readHeldKeys,
    ...signingKeyStore,
    ...audit,
    ...refusals,
    connections,
    tlsCertificate,
  });
  return {
    ...options,
    stores,
    secrets,
    gateway,
    audit,
    policies,
    clusterKeys,
    refusals,
    metrics,
    draining: createDraining(),
    clientAddressOf: createClientAddressOf(config.trustedProxies),
    requestLog: (server: ServerName) => createRequestLog(server, log, metrics),
  };
}

/** An embedded broker makes its own secrets; beside PostgreSQL they were made before, by `symbolon init`. */
async function secretFilesOf(config: Config, stores: Stores) {
  const { storage } = config;
  if (storage.kind === 'postgres') return config;
  const holdsKeys = (await stores.readSigningKeys()).length > 0;
  return ensureEmbeddedSecrets({ ...config, dataDir: storage.dataDir }, { holdsKeys });
}

async function assembleGateway(
  options: BrokerOptions,
  deps: {
    readonly stores: Stores;
    readonly policies: PolicyHolder;
    readonly kekFile: string | null;
    readonly signingKeyStore: SigningKeyStore;
  },
) {
  const { stores, policies, kekFile, signingKeyStore: store } = deps;
  if (kekFile === null) throw new Error('a gateway was configured without a key-encryption key');
  const { log, now } = options;
  const keyEncryption = await readKeyEncryption(kekFile);
  await checkKeyEncryption({ store: stores, keyEncryption });
  const clusterCredentials = await loadClusterCredentialKeys({ store: stores, keyEncryption });
  await policies.refresh();
  const signingKeys = createSigningKeys({
    store,
    keyEncryption,
    now,
    algorithmsInUse: policies.algorithmsInUse,
    policy: { ...SIGNING_KEY_TIMES, longestCredentialMs: LONGEST_CREDENTIAL_SECONDS * 1000 },
  });
  await signingKeys.maintain();
  const clusterKeys = wireClusterKeys(options, { stores, clusterCredentials });
  const replica = `${hostname()}-${process.pid}`;
  const clusterStatus = createStatusWriter({ ...stores, ...clusterKeys, replica, now, log });
  const { publicJwk } = clusterCredentials;
  return { keyEncryption, publicJwk, signingKeys, clusterKeys, clusterStatus };
}

/** The keys of clusters, kept in memory and fetched with the clusters' own credentials. */
function wireClusterKeys(
  { config, log, now }: BrokerOptions,
  deps: { readonly stores: Stores; readonly clusterCredentials: ClusterCredentialKeys },
): KeyCache {
  const { stores, clusterCredentials } = deps;
  const fetchJwks = createFetchJwks({
    clusterCredentialsDir: config.clusterCredentialsDir,
    inCluster: findInCluster(process.env),
    async readClusterToken(cluster) {
      const sealed = await stores.readClusterCredential(cluster);
      return sealed === null ? null : clusterCredentials.openClusterCredential(cluster, sealed);
    },
  });
  return createKeyCache({ ...fetchJwks, now, reportKeys: reportKeysTo(log) });
}

function reportKeysTo(log: Log): ReportKeys['reportKeys'] {
  return (report) => {
    if (report.kind === 'read') log.info({ ...report }, 'cluster keys read');
    else log.warn({ ...report }, 'cluster keys unavailable');
  };
}

function wireGateway(
  parts: Parts,
  { signingKeys, clusterKeys, keyEncryption }: GatewayParts,
): { readonly handle: Handle; readonly tokenDoor: Door } {
  const { audit, policies, refusals, metrics, config, issuer, now } = parts;
  const proofs = createRememberedProofs({
    ...createVerifySignature(clusterKeys),
    ...clusterKeys,
    now,
    key: keyEncryption.deriveKey('cache-key'),
  });
  const exchange = createExchangeToken({
    ...policies,
    ...proofs,
    ...signingKeys,
    ...audit,
    ...refusals,
    createId: randomUUID,
    issuer,
    now,
  });
  const { app, tokenDoor } = createGateway({
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
    clientAddressOf: parts.clientAddressOf,
    log: parts.requestLog('gateway'),
  });
  return {
    handle: countInFlight('gateway', app.fetch, metrics),
    tokenDoor: countInFlightAtDoor('gateway', tokenDoor, metrics),
  };
}

/** Probes and metrics for the server that METRICS_LISTEN names; without one nobody asks it. */
function wireProbes(parts: Parts): Handle {
  const { issuer, metrics, clientAddressOf, requestLog } = parts;
  const { fetch } = createProbes({
    issuer,
    metrics,
    readiness: () => readiness(parts),
    createId: randomUUID,
    elapsedMs,
    clientAddressOf,
    log: requestLog('metrics'),
  });
  return countInFlight('metrics', fetch, metrics);
}

function wireAdmin(parts: Parts): Handle {
  const { config, stores, secrets, gateway, audit, policies, clusterKeys } = parts;
  const { issuer, log, now, metrics, clientAddressOf } = parts;
  if (secrets.adminTokenFile === null) throw new Error('an admin API was configured without a token');
  const inCluster = findInCluster(process.env);
  const verifySignature = createVerifySignature(clusterKeys);
  const explain = createExplain({ ...stores, ...policies, ...verifySignature, ...audit, issuer, now });
  const app = createAdmin({
    ...stores,
    ...explain,
    authenticate: createBootstrapAuthentication({
      ...stores,
      adminTokenFile: secrets.adminTokenFile,
      now,
      elapsedMs,
    }),
    async sealClusterCredential(cluster, token) {
      // The gateways' own, which was checked against the private half; whoever has only the public one takes it as stored.
      const publicJwk = gateway?.publicJwk ?? (await stores.readSealingKey('cluster-credentials'));
      return publicJwk === null ? null : sealClusterCredential({ publicJwk, cluster, token });
    },
    async policyChanged() {
      await policies.refresh();
      await gateway?.signingKeys.maintain();
    },
    isCredentialPath: createIsCredentialPath(config.clusterCredentialsDir, resolveWithin),
    inCluster:
      inCluster === null ? null : { url: inCluster.url, caPem: readFileSync(inCluster.caFile, 'utf8') },
    createId: randomUUID,
    now,
    issuer,
    log,
  });
  const fetch = observeAdmin(app, { log: parts.requestLog('admin'), clientAddressOf, elapsedMs });
  return countInFlight('admin', fetch, metrics);
}

/** For `symbolon migrate`. */
export function migrateDatabase(url: Secret): Promise<MigrationOutcome> {
  return migratePostgres({ url: url.reveal(), migrationsDir: SHIPPED_FILES.migrationsDir });
}

/** For `symbolon migrate --check`. */
export function checkDatabase(url: Secret): Promise<SchemaState> {
  return checkPostgres({ url: url.reveal(), migrationsDir: SHIPPED_FILES.migrationsDir });
}

/** For `symbolon admin reset-token`, which is the only process on the database, or one beside brokers on PostgreSQL. */
export async function openAdminAccess(storage: StorageConfig) {
  const { stores, close } = await openStorage({ storage, audit: 'durable', role: 'admin' });
  // The embedded database has one role, which is the superuser of every PostgreSQL.
  const role = storage.kind === 'postgres' ? readDatabaseUrl(storage.url.reveal()).user : 'postgres';
  return {
    role,
    resetBreakGlass: stores.resetBreakGlass,
    async close() {
      await close();
    },
  };
}
