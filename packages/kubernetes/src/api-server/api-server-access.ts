import { type ApiServer, type Cluster, UnavailableError } from '@symbolon/core';
import { readSmallFile, readTokenFile, resolveWithin } from './read-token-file.ts';

/** Where a cluster's API server is, and what to show it. */
export interface ApiServerAccess {
  /** https origin: the only one that `bearer` may be sent to. */
  readonly origin: string;
  /** PEM; null: the roots that Node trusts. */
  readonly ca: string | null;
  /** Null: nothing is shown, and the API server must let anybody read. */
  readonly bearer: string | null;
}

/** A stored credential with the fingerprint by which the cluster's configuration names it. */
export interface ClusterToken {
  readonly token: string;
  readonly fingerprint: string;
}

export interface ReadClusterToken {
  /** The token that was given for the cluster, or null. Throws `UnavailableError`. */
  readClusterToken(cluster: string): Promise<ClusterToken | null>;
}

/** What Kubernetes gave the pod that the broker runs in. */
export interface InClusterAccess {
  readonly url: string;
  readonly caFile: string;
  readonly tokenFile: string;
}

export interface ApiServerAccessDeps extends ReadClusterToken {
  /** Null: no credential may be read from a file. */
  readonly clusterCredentialsDir: string | null;
  /** Null: the broker does not run in a pod. */
  readonly inCluster: InClusterAccess | null;
}

export type AccessApiServer = (cluster: Cluster) => Promise<ApiServerAccess>;

/**
 * Resolves how to reach a cluster's API server, with the credential as it is now. What is wrong with it is the
 * operator's to mend: `UnavailableError('cluster_keys_unavailable')`, and no credential in its message.
 */
export function createAccessApiServer(deps: ApiServerAccessDeps): AccessApiServer {
  return async (cluster) => {
    const { apiServer } = cluster;
    if (apiServer === undefined) throw unavailable(cluster, 'it names no API server');
    const origin = new URL(apiServer.url).origin;
    const ca = apiServer.caBundle ?? null;
    const { credential } = apiServer;
    switch (credential?.kind) {
      case undefined:
        return { origin, ca, bearer: null };
      case 'token':
        return { origin, ca, bearer: await storedToken(cluster, credential.fingerprint, deps) };
      case 'tokenFile':
        return { origin, ca, bearer: await tokenFromFile(cluster, credential.path, deps) };
      case 'inCluster':
        return accessOwnCluster(cluster, apiServer, deps.inCluster);
    }
  };
}

/**
 * A credential that was given for another revision of the cluster is not shown: the URL may have changed with it, and
 * a replica that is a moment behind must not send the new credential to the old URL.
 */
async function storedToken(
  cluster: Cluster,
  fingerprint: string | null,
  deps: ReadClusterToken,
): Promise<string> {
  const stored = await deps.readClusterToken(cluster.name);
  if (stored === null || stored.fingerprint !== fingerprint) {
    throw unavailable(cluster, 'no credential is stored for its present configuration');
  }
  return stored.token;
}

async function tokenFromFile(
  cluster: Cluster,
  path: string,
  { clusterCredentialsDir }: Pick<ApiServerAccessDeps, 'clusterCredentialsDir'>,
): Promise<string> {
  if (clusterCredentialsDir === null) throw unavailable(cluster, 'there is no folder of cluster credentials');
  try {
    return await readTokenFile(await resolveWithin(clusterCredentialsDir, path));
  } catch {
    throw unavailable(cluster, 'its token file is no token within the folder of cluster credentials');
  }
}

/** The pod's own token is for the pod's own API server, known by the URL and the CA that the pod was given. */
async function accessOwnCluster(
  cluster: Cluster,
  { url, caBundle }: ApiServer,
  own: InClusterAccess | null,
): Promise<ApiServerAccess> {
  if (own === null) throw unavailable(cluster, 'the broker does not run in a cluster');
  const { origin } = new URL(own.url);
  if (new URL(url).origin !== origin)
    throw unavailable(cluster, `its URL is not ${origin}, that of this pod's cluster`);
  let ca: string;
  let bearer: string;
  try {
    ca = await readSmallFile(own.caFile);
    bearer = await readTokenFile(own.tokenFile);
  } catch {
    throw unavailable(cluster, 'the credential of this pod cannot be read');
  }
  if (caBundle !== undefined && caBundle.trim() !== ca.trim()) {
    throw unavailable(cluster, "its CA is not that of this pod's cluster");
  }
  return { origin, ca, bearer };
}

function unavailable(cluster: Cluster, why: string): UnavailableError {
  return new UnavailableError('cluster_keys_unavailable', `cluster ${cluster.name} cannot be asked: ${why}`);
}
