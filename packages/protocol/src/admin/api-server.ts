import { z } from 'zod';
import { audience, list } from './fields.ts';
import { httpsOrigin } from './https-url.ts';
import { pemCertificates } from './pem-certificates.ts';

const MAX_PATH_LENGTH = 1024;

/** How the broker shows itself to a cluster's API server. */
export const clusterCredential = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('token').meta({ description: 'A bearer token that is given here and kept sealed.' }),
    token: z
      .string()
      .max(16_384)
      .regex(/^[\x21-\x7e]+$/, { error: 'must be visible ASCII without spaces' })
      .nullable()
      .exactOptional()
      .meta({
        description:
          'Written, never shown: reads have {set, fingerprint}. Left out, the one that is set stays, unless url, caBundle or kind change; null removes it.',
        writeOnly: true,
      }),
  }),
  z.strictObject({
    kind: z.literal('tokenFile').meta({ description: 'A file that the gateway reads again for every use.' }),
    path: z
      .string()
      .max(MAX_PATH_LENGTH)
      .refine(isPlainPath, {
        error: 'must be an absolute path of letters, digits and "._-" without "." or ".." steps',
      })
      .meta({ description: 'Absolute path under the folder of SYMBOLON_CLUSTER_CREDENTIALS_DIR.' }),
  }),
  z.strictObject({
    kind: z.literal('inCluster').meta({
      description:
        "The token of the broker's own pod: only with the url, and the caBundle or none, that the pod was given.",
    }),
  }),
]);

export const apiServer = z.strictObject({
  url: httpsOrigin.meta({ description: 'https origin of the API server, without a path.' }),
  caBundle: pemCertificates.exactOptional().meta({
    description:
      "PEM certificates that the API server's must lead to. Default: the roots that Node trusts; for credential kind inCluster, the CA that the pod was given.",
  }),
  audiences: list(audience, { min: 1, max: 32 }).exactOptional().meta({
    description:
      'Audiences that the API server itself accepts: a token that carries one is refused. 1 to 32. Default: `issuers`, https://kubernetes.default.svc and https://kubernetes.default.svc.cluster.local.',
  }),
  credential: clusterCredential.exactOptional().meta({
    description: 'How the broker shows itself to the API server. Default: not at all.',
  }),
});

function isPlainPath(path: string): boolean {
  return (
    /^(?:\/[-A-Za-z0-9._]+)+$/.test(path) && !path.split('/').some((step) => step === '.' || step === '..')
  );
}
