import { type Cluster, type JwksSource, judgeDiscoveryIssuer, UnavailableError } from '@symbolon/core';
import { getRepresentation } from '../http/get-representation.ts';
import type { HttpsGet } from '../http/https-get.ts';
import type { FetchedJwks, PublishedJwks } from './ports.ts';
import { readDiscoveryAnswer } from './read-discovery-answer.ts';
import { readJwksAnswer } from './read-jwks-answer.ts';

const WELL_KNOWN = '/.well-known/openid-configuration';
const JSON_TYPE = 'application/json';
const JWKS_TYPES = 'application/jwk-set+json, application/json';

export interface DiscoverJwksDeps {
  readonly httpsGet: HttpsGet;
  isClusterLocalHost(hostname: string): boolean;
}

export interface Discovery {
  readonly cluster: Cluster;
  readonly source: Extract<JwksSource, { source: 'discovery' }>;
  readonly held: readonly PublishedJwks[];
  readonly signal: AbortSignal;
}

type Attempt =
  | { readonly kind: 'published'; readonly jwks: PublishedJwks }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Reads the keys of every issuer of a cluster through its discovery document, all at once and with no credential. While
 * a cluster migrates, one of its issuers may not answer: the keys of the others are read all the same.
 */
export async function discoverJwks(discovery: Discovery, deps: DiscoverJwksDeps): Promise<FetchedJwks> {
  const { cluster } = discovery;
  const attempts = await Promise.all(cluster.issuers.map((issuer) => discoverOne(issuer, discovery, deps)));
  const published = attempts.flatMap((attempt) => (attempt.kind === 'published' ? [attempt.jwks] : []));
  const failures = attempts.flatMap((attempt, index) =>
    attempt.kind === 'failed' ? [`issuer ${index + 1} of ${cluster.name}: ${attempt.why}`] : [],
  );
  if (failures.length === 0) return { published, failure: null };
  const message = `keys cannot be read by discovery: ${failures.join('; ')}`;
  return { published, failure: new UnavailableError('cluster_keys_unavailable', message) };
}

async function discoverOne(
  issuer: string,
  { source, held, signal }: Discovery,
  { httpsGet, isClusterLocalHost }: DiscoverJwksDeps,
): Promise<Attempt> {
  const objection = judgeDiscoveryIssuer(URL.parse(issuer), isClusterLocalHost);
  if (objection !== null) return { kind: 'failed', why: OBJECTIONS[objection] };
  const { caBundle: ca = null, allowedOrigins } = source;
  const known = held.find((jwks) => jwks.issuer === issuer);
  const common = { ca, bearer: null, signal };

  const document = await getRepresentation(
    httpsGet,
    { ...common, url: issuer.replace(/\/$/, '') + WELL_KNOWN, accept: JSON_TYPE },
    {
      held: known?.discovery ?? null,
      read: (answer) => readDiscoveryAnswer(answer, { issuer, allowedOrigins, isClusterLocalHost }),
    },
  );
  if (document.kind === 'failed') return document;
  const keys = await getRepresentation(
    httpsGet,
    { ...common, url: document.value.value, accept: JWKS_TYPES },
    { held: known?.keys ?? null, read: readJwksAnswer },
  );
  if (keys.kind === 'failed') return { kind: 'failed', why: `at its jwks_uri: ${keys.why}` };
  return { kind: 'published', jwks: { issuer, discovery: document.value, keys: keys.value } };
}

const OBJECTIONS = {
  not_https: 'it is no plain https URL; use the key source apiServer',
  cluster_local: 'it is cluster-local, so another server here than there; use the key source apiServer',
  forbidden: 'a forbidden address',
} as const;
