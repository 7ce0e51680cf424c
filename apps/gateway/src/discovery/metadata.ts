import type { SigningAlgorithm } from '@symbolon/core';
import { JSON_MEDIA_TYPE, type ServerMetadata, TOKEN_EXCHANGE_GRANT } from '@symbolon/protocol';
import { type Handle, served } from '../answered.ts';
import type { Endpoints } from '../endpoints.ts';

/*
 * What relying parties and clients find out by themselves: the metadata of the server and its public keys. It is
 * public, cacheable and the same for everybody, so nothing here reads a request beyond its validators.
 */

export interface MetadataDeps {
  /** Algorithms for which there is a signing key. */
  algorithms(): readonly SigningAlgorithm[];
}

const MAX_AGE_SECONDS = 300;

/**
 * The metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3), one document under both names. It lists what is on and
 * nothing else; a list that would be empty is left out.
 */
export function createMetadataRoute(endpoints: Endpoints, deps: MetadataDeps): Handle {
  return () =>
    served(JSON.stringify(serverMetadata(endpoints, deps.algorithms())), {
      'content-type': JSON_MEDIA_TYPE,
      'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
    });
}

function serverMetadata(endpoints: Endpoints, algorithms: readonly SigningAlgorithm[]): ServerMetadata {
  return {
    issuer: endpoints.issuer,
    token_endpoint: endpoints.tokenUrl,
    jwks_uri: endpoints.jwksUrl,
    // Required, although there is no authorization endpoint: what verifiers of ID tokens look for.
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    // RS256 must be among them. The broker has a key for it from its first start.
    id_token_signing_alg_values_supported: ['RS256', ...algorithms.filter((name) => name !== 'RS256')],
    grant_types_supported: [TOKEN_EXCHANGE_GRANT],
    token_endpoint_auth_methods_supported: ['none'],
    claims_supported: [
      'iss',
      'sub',
      'aud',
      'exp',
      'iat',
      'jti',
      'identity_system',
      'cluster',
      'kubernetes.io',
    ],
  };
}
