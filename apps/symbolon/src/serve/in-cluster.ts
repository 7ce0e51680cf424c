/** Where Kubernetes puts the pod's own credential. */
const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The API server of the cluster that the broker itself runs in, as Kubernetes tells every pod; null outside of one. */
export function findInCluster(
  env: Readonly<Record<string, string | undefined>>,
): { readonly url: string; readonly caFile: string; readonly tokenFile: string } | null {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (!host) return null;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caFile: `${SERVICE_ACCOUNT_DIR}/ca.crt`,
    tokenFile: `${SERVICE_ACCOUNT_DIR}/token`,
  };
}
