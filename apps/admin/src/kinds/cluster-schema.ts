import { createPublicKey, X509Certificate } from 'node:crypto';
import { judgeClusterTrust, type PublicJwk } from '@symbolon/core';
import { type ClusterBody, clusterBody, judgeFields, type Report } from '@symbolon/protocol';
import { describeObjection } from '../http/objections.ts';
import type { AdminDeps } from '../ports.ts';

export type ClusterSchemaDeps = Pick<AdminDeps, 'issuer' | 'isCredentialPath' | 'inCluster'>;

/** The body of a cluster as this deployment takes it: with what only the process itself can judge. */
export function createClusterSchema(deps: ClusterSchemaDeps) {
  return clusterBody.check(
    judgeFields(['issuers', 'audiences', 'apiServer'], (cluster, report) => {
      for (const objection of judgeClusterTrust(cluster, deps.issuer)) {
        report(objection.path, describeObjection(objection));
      }
    }),
    judgeFields(['validation'], judgeKeys),
    judgeFields(['apiServer'], async ({ apiServer }, report) => {
      if (apiServer === undefined) return;
      if (apiServer.caBundle !== undefined && certificatesOf(apiServer.caBundle) === null) {
        report(['apiServer', 'caBundle'], NO_CERTIFICATES);
      }
      const problem = await judgeCredential(apiServer, deps);
      if (problem !== null) report(['apiServer', 'credential', problem.field], problem.detail);
    }),
  );
}

const NO_CERTIFICATES = 'holds something that is no X.509 certificate';

function judgeKeys({ validation: { jwks } }: ClusterBody, report: Report): void {
  if ('caBundle' in jwks && jwks.caBundle !== undefined && certificatesOf(jwks.caBundle) === null) {
    report(['validation', 'jwks', 'caBundle'], NO_CERTIFICATES);
  }
  if (jwks.source !== 'inline') return;
  for (const [index, key] of jwks.keys.entries()) {
    if (!isUsableKey(key)) report(['validation', 'jwks', 'keys', index], 'is no key of its type');
  }
}

async function judgeCredential(
  { url, caBundle, credential }: NonNullable<ClusterBody['apiServer']>,
  { isCredentialPath, inCluster }: ClusterSchemaDeps,
): Promise<{ readonly field: 'path' | 'kind'; readonly detail: string } | null> {
  switch (credential?.kind) {
    case undefined:
    case 'token':
      return null;
    case 'tokenFile':
      if (isCredentialPath === null) {
        return { field: 'kind', detail: 'tokenFile needs SYMBOLON_CLUSTER_CREDENTIALS_DIR to be set' };
      }
      return (await isCredentialPath(credential.path))
        ? null
        : { field: 'path', detail: 'must be a file under the folder of SYMBOLON_CLUSTER_CREDENTIALS_DIR' };
    case 'inCluster': {
      // The pod's own token goes to the API server that gave it and to no other.
      const isOwn =
        inCluster !== null &&
        url === new URL(inCluster.url).origin &&
        isSameBundle(caBundle, inCluster.caPem);
      return isOwn
        ? null
        : { field: 'kind', detail: 'inCluster works only with the url and caBundle that the pod was given' };
    }
  }
}

function isSameBundle(caBundle: string | undefined, given: string): boolean {
  const certificates = caBundle === undefined ? null : certificatesOf(caBundle);
  return certificates !== null && certificates.join() === certificatesOf(given)?.join();
}

/** SHA-256 of each certificate of a bundle, in order; null where one is none. */
function certificatesOf(pem: string): readonly string[] | null {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block).fingerprint256);
  } catch {
    return null;
  }
}

/** A point that is not on its curve, for one, has the shape of a key and is none. */
function isUsableKey(key: PublicJwk): boolean {
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
