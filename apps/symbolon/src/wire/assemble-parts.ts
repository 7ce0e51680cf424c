import { type ClientAddressOf, tokenRouteOf } from '@symbolon/gateway';
import type { KeyCache } from '@symbolon/kubernetes';
import type { Stores } from '@symbolon/storage/postgres';
import { servesGateway } from '../config/run-options.ts';
import { createClientAddressOf } from '../serve/client-address.ts';
import { createDraining, type Draining } from '../serve/draining.ts';
import { type SecretFilesInUse, secretFilesOf } from '../serve/embedded-secrets.ts';
import { createMetrics, type Metrics } from '../serve/metrics/create-metrics.ts';
import type { ServerName } from '../serve/metrics/request-metrics.ts';
import { createPolicyHolder, type PolicyHolder } from '../serve/policy-holder.ts';
import { createRequestLog, type RequestLog } from '../serve/request-log.ts';
import { type WatchedAudit, watchAudit } from '../serve/watch-audit.ts';
import { type WatchedRefusals, watchRefusals } from '../serve/watch-refusals.ts';
import { type WatchedSigningKeys, watchSigningKeys } from '../serve/watch-signing-keys.ts';
import { VERSION } from '../version.ts';
import { assembleGatewayParts, type GatewayParts } from './assemble-gateway-parts.ts';
import type { BrokerOptions } from './broker.ts';
import { wireSnapshotKeys } from './wire-cluster-keys.ts';

/** What the servers are made of. There is one of each, so that all of them follow one policy and write one trail. */
export interface Parts extends BrokerOptions {
  readonly secrets: SecretFilesInUse;
  readonly policies: PolicyHolder;
  /** Null where the role has no gateway. */
  readonly gateway: GatewayParts | null;
  /** The gateway's own; without one, what gateways left in the database. */
  readonly clusterKeys: KeyCache;
  /** All that is recorded goes through it and never past it: readiness depends on how the writes end. */
  readonly audit: WatchedAudit;
  readonly refusals: WatchedRefusals;
  readonly metrics: Metrics;
  readonly draining: Draining;
  readonly clientAddressOf: ClientAddressOf;
  requestLog(server: ServerName): RequestLog;
  /** Milliseconds on a clock that is never set. */
  elapsedMs(): number;
}

/** How soon, at the latest, a change that no connection told of is noticed. */
const POLICY_POLL_MS = 250;
const elapsedMs = () => performance.now();

/** Afterwards a policy is in force. Throws where the database or a secret of the configuration cannot be used. */
export async function assembleParts(options: BrokerOptions, stores: Stores): Promise<Parts> {
  const { config, log, now } = options;
  const policies = wirePolicies(options, stores);
  const secrets = await secretFilesOf(config, stores);
  const signingKeyStore = watchSigningKeys(stores);
  const gateway = servesGateway(config.role)
    ? await assembleGatewayParts(options, { stores, policies, kekFile: secrets.kekFile, signingKeyStore })
    : null;
  if (gateway === null) await policies.refresh();
  const clusterKeys = gateway?.clusterKeys ?? wireSnapshotKeys(options, stores);
  const audit = watchAudit(stores, config.audit);
  const refusals = watchRefusals(now());
  const metrics = wireMetrics(options, { policies, clusterKeys, signingKeyStore, audit, refusals });
  return {
    ...options,
    secrets,
    policies,
    gateway,
    clusterKeys,
    audit,
    refusals,
    metrics,
    draining: createDraining(),
    clientAddressOf: createClientAddressOf(config.trustedProxies),
    requestLog: (server) => createRequestLog(server, log, metrics),
    elapsedMs,
  };
}

function wirePolicies({ config, issuer, log, now }: BrokerOptions, stores: Stores): PolicyHolder {
  return createPolicyHolder({
    readSnapshot: stores.readSnapshot,
    readEpoch: stores.readEpoch,
    readChanges: stores.readChanges,
    listenForEpochs: stores.listenForEpochs,
    issuer,
    log,
    now,
    elapsedMs,
    pollMs: POLICY_POLL_MS,
    maxAgeMs: config.maxPolicyAgeSeconds * 1000,
  });
}

function wireMetrics(
  { issuer, now, connections, tlsCertificate }: BrokerOptions,
  parts: Pick<Parts, 'policies' | 'clusterKeys' | 'audit' | 'refusals'> & {
    readonly signingKeyStore: WatchedSigningKeys;
  },
): Metrics {
  return createMetrics({
    version: VERSION,
    tokenRoute: tokenRouteOf(issuer),
    now,
    policyFacts: parts.policies.policyFacts,
    readClusterKeys: parts.clusterKeys.readHeldKeys,
    knownSigningKeys: parts.signingKeyStore.knownSigningKeys,
    auditFigures: parts.audit.auditFigures,
    unwrittenRefusals: parts.refusals.unwrittenRefusals,
    connections,
    tlsCertificate,
  });
}
