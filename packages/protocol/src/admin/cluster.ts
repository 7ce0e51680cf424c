import { z } from 'zod';
import { apiServer } from './api-server.ts';
import { commonFields, displayName } from './common-fields.ts';
import { discoveryProblem } from './discovery-issuer.ts';
import { audience, dnsLabel, flag, list, wholeNumber } from './fields.ts';
import { httpsOriginOf } from './https-url.ts';
import { judgeFields } from './judge-fields.ts';
import { jwksSource } from './jwks-source.ts';
import { offer } from './one-of.ts';

/** What Kubernetes writes into tokens of the Secrets of old: no audience, no end. */
const LEGACY_ISSUER = 'kubernetes/serviceaccount';

const issuer = audience.refine((value) => value !== LEGACY_ISSUER, {
  error: 'is the issuer of legacy tokens, which have neither audience nor end and are never accepted',
});

const validation = z.strictObject({
  mode: z
    .enum(['offline', 'review', 'watch'], { error: offer('offline') })
    .refine((mode) => mode === 'offline', { error: 'review and watch are not available yet: use "offline"' })
    .meta({
      description:
        'How tokens are proved: offline, by their signature and claims. review and watch are not available yet.',
    }),
  jwks: jwksSource
    .prefault({ source: 'apiServer' })
    .meta({ description: 'Where the keys come from. Default {"source": "apiServer"}.' }),
});

/** Body of `clusters/{name}`: a Kubernetes cluster whose tokens are accepted. */
export const clusterBody = z
  .strictObject({
    displayName,
    identityDomain: dnsLabel.exactOptional().meta({
      description:
        "A DNS label. The same namespace and ServiceAccount in two clusters of one domain are the same workload. Default: the cluster's own name.",
    }),
    issuers: list(issuer, { min: 1, max: 16 }).meta({
      description: 'The `iss` values that the cluster signs with, compared exactly: 1 to 16, URLs or not.',
    }),
    audiences: list(audience, { min: 1, max: 32 }).exactOptional().meta({
      description: "A token must carry one of these: 1 to 32. Default: the broker's issuer.",
    }),
    allowSharedAudience: flag('Whether a token may carry an audience beside ours.', false),
    validation: validation.meta({ description: "How the cluster's tokens are proved." }),
    apiServer: apiServer
      .exactOptional()
      .meta({ description: "The cluster's API server. Default: not known." }),
    allowedAlgorithms: list(
      z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
      { min: 1, max: 10 },
    )
      .default(['RS256', 'ES256'])
      .meta({ description: 'Signature algorithms that tokens may have. Default ["RS256", "ES256"].' }),
    reviewCacheSeconds: wholeNumber('How long the answer of a TokenReview is kept.', {
      unit: 'seconds',
      min: 0,
      max: 60,
      byDefault: 10,
    }),
    watchStaleSeconds: wholeNumber('How long a watch may be silent before it counts as dead.', {
      unit: 'seconds',
      min: 65,
      max: 600,
      byDefault: 75,
    }),
    lockOutOn: z
      .enum(['deletion', 'termination'], { error: offer('deletion') })
      .default('deletion')
      .meta({
        description: "What ends a pod's identity: its deletion, or the begin of it. Default deletion.",
      }),
    maxTokenLifetimeSeconds: wholeNumber('The longest `exp - iat` that a token may have.', {
      unit: 'seconds',
      min: 60,
      max: 31_622_400,
      byDefault: 86_400,
    }),
    clockSkewSeconds: wholeNumber('Leeway for `exp`, `nbf` and `iat`.', {
      unit: 'seconds',
      min: 0,
      max: 60,
      byDefault: 30,
    }),
    enabled: flag('Whether tokens of the cluster are accepted.', true),
    ...commonFields,
  })
  .check(
    judgeFields(['validation', 'apiServer'], (cluster, report) => {
      if (cluster.validation.jwks.source === 'apiServer' && cluster.apiServer === undefined) {
        report(['apiServer'], 'is required by key source apiServer');
      }
    }),
    judgeFields(['validation', 'issuers'], (cluster, report) => {
      const { jwks } = cluster.validation;
      if (jwks.source !== 'uri') return;
      const origins = [...cluster.issuers.map(httpsOriginOf), ...jwks.allowedOrigins];
      if (!origins.includes(httpsOriginOf(jwks.uri))) {
        report(['validation', 'jwks', 'uri'], 'must be on the origin of an issuer or of allowedOrigins');
      }
    }),
    judgeFields(['validation', 'issuers'], (cluster, report) => {
      if (cluster.validation.jwks.source !== 'discovery') return;
      for (const [index, issuer] of cluster.issuers.entries()) {
        const problem = discoveryProblem(issuer);
        if (problem !== null) report(['issuers', index], problem);
      }
    }),
    judgeFields(['validation', 'lockOutOn'], (cluster, report) => {
      if (cluster.validation.mode === 'offline' && cluster.lockOutOn === 'termination') {
        report(['lockOutOn'], 'termination needs a mode that sees a pod end; offline does not');
      }
    }),
  );

export type ClusterBody = z.output<typeof clusterBody>;
