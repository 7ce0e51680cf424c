import type { ReadRepresentation } from '../http/get-representation.ts';
import type { HttpsAnswer } from '../http/https-get.ts';
import { readJsonAnswer } from './read-json-answer.ts';

const MAX_LENGTH = 2048;

export interface DiscoveryRules {
  /** As the cluster's configuration has it. */
  readonly issuer: string;
  /** Origins that keys may come from beside that of the issuer. */
  readonly allowedOrigins: readonly string[];
  isClusterLocalHost(hostname: string): boolean;
}

/**
 * Reads the `jwks_uri` of a discovery document (OpenID Connect Discovery 1.0 §4.3). It must be the document of the very
 * issuer, and may point only where an operator said that keys come from, and never at what is another server in every
 * cluster.
 */
export function readDiscoveryAnswer(
  answer: Extract<HttpsAnswer, { kind: 'answered' }>,
  { issuer, allowedOrigins, isClusterLocalHost }: DiscoveryRules,
): ReadRepresentation<string> {
  const document = readJsonAnswer(answer);
  if (document.kind === 'failed') return document;
  const { issuer: published, jwks_uri: jwksUri } = document.value;
  if (published !== issuer) return failed('its discovery document is that of another issuer');
  const isText = typeof jwksUri === 'string' && jwksUri.length <= MAX_LENGTH;
  const url = isText ? URL.parse(jwksUri) : null;
  if (url === null || url.protocol !== 'https:') return failed('its jwks_uri is no https URL');
  if (![new URL(issuer).origin, ...allowedOrigins].includes(url.origin)) {
    return failed('its jwks_uri is on an origin that is neither its own nor in allowedOrigins');
  }
  if (isClusterLocalHost(url.hostname)) return failed('its jwks_uri is cluster-local; use apiServer');
  return { kind: 'read', value: url.href };
}

function failed(why: string) {
  return { kind: 'failed', why } as const;
}
