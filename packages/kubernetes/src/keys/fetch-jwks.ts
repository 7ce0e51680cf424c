import { type Cluster, UnavailableError } from '@symbolon/core';
import { type ApiServerAccessDeps, createAccessApiServer } from '../api-server/api-server-access.ts';
import { createHttpsGet, type HttpsGet, type HttpsGetRequest } from '../http/https-get.ts';
import type { FetchedJwks, FetchJwks } from './ports.ts';
import { readJwksAnswer } from './read-jwks-answer.ts';

const JWKS_PATH = '/openid/v1/jwks';
/** The API server answers 406 to anything else. */
const JWK_SET = 'application/jwk-set+json';

export interface FetchJwksDeps extends ApiServerAccessDeps {
  /** Default: node:https with our limits. */
  readonly httpsGet?: HttpsGet;
}

/**
 * Reads the keys of a cluster from the source that its configuration names: its API server with the cluster's own
 * credential, a URI with none, or the configuration itself. Nothing that a token says takes part in it.
 */
export function createFetchJwks(deps: FetchJwksDeps): FetchJwks {
  const accessApiServer = createAccessApiServer(deps);
  const { httpsGet = createHttpsGet() } = deps;

  const get = async (cluster: Cluster, request: HttpsGetRequest): Promise<FetchedJwks> => {
    const answer = readJwksAnswer(await httpsGet(request));
    if (answer.kind === 'failed') throw unavailable(cluster, answer.why);
    return answer.jwks;
  };

  return {
    async fetchJwks(cluster) {
      const { jwks } = cluster.validation;
      switch (jwks.source) {
        case 'inline':
          return { keys: jwks.keys };
        case 'uri': {
          const { uri: url, caBundle = null } = jwks;
          return get(cluster, { url, ca: caBundle, bearer: null, accept: `${JWK_SET}, application/json` });
        }
        case 'apiServer': {
          const { origin, ca, bearer } = await accessApiServer(cluster);
          return get(cluster, { url: `${origin}${JWKS_PATH}`, ca, bearer, accept: JWK_SET });
        }
        case 'discovery':
          throw unavailable(
            cluster,
            'the key source discovery is not available; use apiServer, uri or inline',
          );
      }
    },
  };
}

function unavailable(cluster: Cluster, why: string): UnavailableError {
  return new UnavailableError(
    'cluster_keys_unavailable',
    `the keys of cluster ${cluster.name} cannot be read: ${why}`,
  );
}
