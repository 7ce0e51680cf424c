import type { ClusterCredentialKeys } from '@symbolon/issuer';
import {
  createFetchJwks,
  createKeyCache,
  createSnapshotKeys,
  type KeyCache,
  type ReportKeys,
} from '@symbolon/kubernetes';
import type { Stores } from '@symbolon/storage/postgres';
import type { Log } from '../log.ts';
import { findInCluster } from '../serve/in-cluster.ts';
import type { BrokerOptions } from './broker.ts';

/** A gateway's: kept in memory, and fetched with the clusters' own credentials. */
export function wireFetchedKeys(
  { config, log, now }: BrokerOptions,
  { readClusterCredential }: Stores,
  { openClusterCredential }: ClusterCredentialKeys,
): KeyCache {
  const { fetchJwks } = createFetchJwks({
    clusterCredentialsDir: config.clusterCredentialsDir,
    inCluster: findInCluster(process.env),
    async readClusterToken(cluster) {
      const sealed = await readClusterCredential(cluster);
      return sealed === null ? null : openClusterCredential(cluster, sealed);
    },
  });
  return createKeyCache({ fetchJwks, now, reportKeys: reportKeysTo(log) });
}

/** Those of a process that opens no credential: what gateways left of the keys in the database. */
export function wireSnapshotKeys({ log, now }: BrokerOptions, { readKeySnapshot }: Stores): KeyCache {
  return createSnapshotKeys({ readKeySnapshot, now, reportKeys: reportKeysTo(log) });
}

function reportKeysTo(log: Log): ReportKeys['reportKeys'] {
  return (report) => {
    if (report.kind === 'read') log.info({ ...report }, 'cluster keys read');
    else log.warn({ ...report }, 'cluster keys unavailable');
  };
}
