import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Kubernetes puts the pod's own credential. */
const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The API server of the cluster that the broker itself runs in, as Kubernetes tells every pod. Null outside of one, and
 * in a pod that was given no credential of its own (`automountServiceAccountToken: false`).
 */
export function findInCluster(
  env: Readonly<Record<string, string | undefined>>,
  folder = SERVICE_ACCOUNT_DIR,
): { readonly url: string; readonly caFile: string; readonly tokenFile: string } | null {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const caFile = join(folder, 'ca.crt');
  const tokenFile = join(folder, 'token');
  if (!host || !existsSync(caFile) || !existsSync(tokenFile)) return null;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caFile,
    tokenFile,
  };
}
