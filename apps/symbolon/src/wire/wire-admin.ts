import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AdminDeps, createAdmin } from '@symbolon/admin';
import { createExplain, type Explain } from '@symbolon/core';
import { sealClusterCredential } from '@symbolon/issuer';
import { createVerifySignature, resolveWithin } from '@symbolon/kubernetes';
import type { Stores } from '@symbolon/storage/postgres';
import { createBootstrapAuthentication } from '../serve/bootstrap-authentication.ts';
import { createIsCredentialPath } from '../serve/credential-paths.ts';
import { findInCluster } from '../serve/in-cluster.ts';
import { countInFlight } from '../serve/metrics/count-in-flight.ts';
import { observeAdmin } from '../serve/observe-admin.ts';
import type { Parts } from './assemble-parts.ts';
import type { Handle } from './broker.ts';

/** The control plane. What it changes is in force here before it is answered. */
export function wireAdmin(parts: Parts, stores: Stores): Handle {
  const { config, gateway, policies, issuer, log, now, elapsedMs } = parts;
  const app = createAdmin({
    ...storesOfAdmin(stores),
    explain: wireExplain(parts, stores).explain,
    authenticate: wireAuthentication(parts, stores),
    async sealClusterCredential(cluster, token) {
      // The gateways' own, which was checked against the private half; whoever has only the public one takes it as stored.
      const publicJwk = gateway?.sealingKey ?? (await stores.readSealingKey('cluster-credentials'));
      return publicJwk === null ? null : sealClusterCredential({ publicJwk, cluster, token });
    },
    async policyChanged() {
      await policies.refresh();
      await gateway?.signingKeys.maintain();
    },
    isCredentialPath: createIsCredentialPath(config.clusterCredentialsDir, resolveWithin),
    inCluster: inClusterForAdmin(),
    createId: randomUUID,
    now,
    issuer,
    log,
  });
  const { metrics, clientAddressOf, requestLog } = parts;
  const fetch = observeAdmin(app, { log: requestLog('admin'), clientAddressOf, elapsedMs });
  return countInFlight('admin', fetch, metrics);
}

/** All of the database that the admin API itself can reach. None of it reads a sealed key or credential. */
function storesOfAdmin(stores: Stores) {
  return {
    read: stores.read,
    list: stores.list,
    change: stores.change,
    readTombstone: stores.readTombstone,
    listTombstones: stores.listTombstones,
    listAuditEvents: stores.listAuditEvents,
    readClusterStatus: stores.readClusterStatus,
    beginRequest: stores.beginRequest,
    endRequest: stores.endRequest,
  };
}

function wireExplain({ policies, clusterKeys, audit, issuer, now }: Parts, { list }: Stores): Explain {
  return createExplain({
    currentPolicy: policies.currentPolicy,
    verifySignature: createVerifySignature(clusterKeys).verifySignature,
    list,
    recordExplanation: audit.recordExplanation,
    issuer,
    now,
  });
}

function wireAuthentication(
  { secrets, now, elapsedMs }: Parts,
  { readBreakGlass }: Stores,
): AdminDeps['authenticate'] {
  const { adminTokenFile } = secrets;
  if (adminTokenFile === null) throw new Error('an admin API was configured without a token');
  return createBootstrapAuthentication({ readBreakGlass, adminTokenFile, now, elapsedMs });
}

/** The pod's own API server, without its credential. */
function inClusterForAdmin(): AdminDeps['inCluster'] {
  const inCluster = findInCluster(process.env);
  return inCluster && { url: inCluster.url, caPem: readFileSync(inCluster.caFile, 'utf8') };
}
