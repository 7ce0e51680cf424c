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
      if (apiServer.caBundle !== undefined && !areCertificates(apiServer.caBundle)) {
        report(['apiServer', 'caBundle'], NO_CERTIFICATES);
      }
      const problem = await judgeCredential(apiServer, deps);
      if (problem !== null) report(['apiServer', 'credential', problem.field], problem.detail);
    }),
  );
}

const NO_CERTIFICATES = 'holds something that is no X.509 certificate';

function judgeKeys({ validation: { jwks } }: ClusterBody, report: Report): void {
  if ('caBundle' in jwks && jwks.caBundle !== undefined && !areCertificates(jwks.caBundle)) {
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
      // The pod's own token goes to the API server that gave it and to no other. Its CA is meant where none is given.
      const isOwn =
        inCluster !== null &&
        url === new URL(inCluster.url).origin &&
        (caBundle === undefined || caBundle.trim() === inCluster.caPem.trim());
      return isOwn
        ? null
        : {
            field: 'kind',
            detail: 'inCluster works only with the url, and the caBundle or none, that the pod was given',
          };
    }
  }
}

function areCertificates(pem: string): boolean {
  try {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return blocks.every((block) => new X509Certificate(block).raw.length > 0);
  } catch {
    return false;
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
