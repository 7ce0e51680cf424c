import { z } from 'zod';
import { list } from './fields.ts';
import { httpsOrigin, httpsUrl } from './https-url.ts';
import { offer } from './one-of.ts';
import { pemCertificates } from './pem-certificates.ts';
import { publicJwk } from './public-jwk.ts';

const MAX_KEYS = 100;

const caBundle = pemCertificates.exactOptional().meta({
  description: "PEM certificates that the server's must lead to. Default: the roots that Node trusts.",
});

const allowedOrigins = list(httpsOrigin, { min: 0, max: 16 }).default([]).meta({
  description: 'Origins beside those of the issuers that keys may come from: at most 16. Default none.',
});

const inlineKeys = z
  .array(publicJwk)
  .min(1)
  .max(MAX_KEYS)
  .superRefine((keys, context) => {
    const seen = new Set<string>();
    for (const [index, { kid }] of keys.entries()) {
      const report = (message: string) => context.addIssue({ code: 'custom', path: [index, 'kid'], message });
      if (kid === undefined && keys.length > 1) report('is required where there are several keys');
      if (kid !== undefined && seen.has(kid)) report('is the kid of another key too');
      if (kid !== undefined) seen.add(kid);
    }
  })
  .meta({ description: `The public keys themselves (RFC 7517): 1 to ${MAX_KEYS}.` });

/** Where the keys come from that verify a cluster's tokens. */
export const jwksSource = z.discriminatedUnion(
  'source',
  [
    z.strictObject({
      source: z
        .literal('apiServer')
        .meta({ description: 'The authenticated /openid/v1/jwks of `apiServer.url`.' }),
    }),
    z.strictObject({
      source: z.literal('uri').meta({ description: 'A URL that serves a JWK Set.' }),
      uri: httpsUrl.meta({ description: 'https URL on the origin of an issuer or one of `allowedOrigins`.' }),
      caBundle,
      allowedOrigins,
    }),
    z.strictObject({
      source: z
        .literal('inline')
        .meta({ description: 'The keys given here; they change when the cluster is written.' }),
      keys: inlineKeys,
    }),
    z.strictObject({
      source: z.literal('discovery').meta({
        description:
          "The `jwks_uri` of the issuer's discovery document, on the issuer's origin or one of `allowedOrigins`. Every issuer must be an https URL that means the same machine everywhere.",
      }),
      caBundle,
      allowedOrigins,
    }),
  ],
  { error: offer('apiServer', 'discovery', 'uri', 'inline') },
);
