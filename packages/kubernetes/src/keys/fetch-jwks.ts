import { type Cluster, isClusterLocalHost, UnavailableError } from '@symbolon/core';
import { type ApiServerAccessDeps, createAccessApiServer } from '../api-server/api-server-access.ts';
import { getRepresentation } from '../http/get-representation.ts';
import { createHttpsGet, type HttpsGet, type HttpsGetRequest } from '../http/https-get.ts';
import { discoverJwks } from './discover-jwks.ts';
import type { FetchedJwks, FetchJwks, PublishedJwks } from './ports.ts';
import { readJwksAnswer } from './read-jwks-answer.ts';

const JWKS_PATH = '/openid/v1/jwks';
/** The API server answers 406 to anything else. */
const JWK_SET = 'application/jwk-set+json';

export interface FetchJwksDeps extends ApiServerAccessDeps {
  /** Default: node:https with our limits. */
  readonly httpsGet?: HttpsGet;
  /** For one attempt, however many answers it takes. Default 5,000. */
  readonly timeoutMs?: number;
  /** Default: core's. Tests, whose servers are on loopback, have their own. */
  readonly isClusterLocalHost?: (hostname: string) => boolean;
}

/**
 * Reads the keys of a cluster from the source that its configuration names: its API server with the cluster's own
 * credential, a URI or the discovery documents of its issuers with none, or the configuration itself. Nothing that a
 * token says takes part in it.
 */
export function createFetchJwks(deps: FetchJwksDeps): FetchJwks {
  const accessApiServer = createAccessApiServer(deps);
  const { httpsGet = createHttpsGet(), timeoutMs = 5_000, isClusterLocalHost: isLocal } = deps;
  const discoverDeps = { httpsGet, isClusterLocalHost: isLocal ?? isClusterLocalHost };

  return {
    async fetchJwks(cluster, held) {
      const signal = AbortSignal.timeout(timeoutMs);
      const get = async (request: Omit<HttpsGetRequest, 'etag' | 'signal'>): Promise<FetchedJwks> => {
        const known = held[0]?.keys ?? null;
        const answer = await getRepresentation(
          httpsGet,
          { ...request, signal },
          { held: known, read: readJwksAnswer },
        );
        if (answer.kind === 'failed') throw unavailable(cluster, answer.why);
        return oneSet(answer.value);
      };
      const { jwks: source } = cluster.validation;
      switch (source.source) {
        case 'inline':
          return oneSet({ url: '', value: source.keys, etag: null, maxAgeSeconds: null });
        case 'uri': {
          const { uri: url, caBundle = null } = source;
          return get({ url, ca: caBundle, bearer: null, accept: `${JWK_SET}, application/json` });
        }
        case 'apiServer': {
          const { origin, ca, bearer } = await accessApiServer(cluster);
          return get({ url: `${origin}${JWKS_PATH}`, ca, bearer, accept: JWK_SET });
        }
        case 'discovery':
          return discoverJwks({ cluster, source, held, signal }, discoverDeps);
      }
    },
  };
}

function oneSet(keys: PublishedJwks['keys']): FetchedJwks {
  return { published: [{ issuer: null, discovery: null, keys }], failure: null };
}

function unavailable(cluster: Cluster, why: string): UnavailableError {
  return new UnavailableError(
    'cluster_keys_unavailable',
    `the keys of cluster ${cluster.name} cannot be read: ${why}`,
  );
}
