import { type Clock, type Cluster, UnavailableError } from '@symbolon/core';
import { importJwks } from './import-jwks.ts';
import { holdKeys, type KeyHolding, type KeyTimes } from './key-holding.ts';
import type { FetchedJwks, FetchJwks, PublishedJwks } from './ports.ts';

export interface RenewedHolding {
  readonly held: KeyHolding | null;
  readonly failure: UnavailableError | null;
}

/**
 * One attempt to read the keys of a cluster. What could not be read, or has no usable key, takes the place of nothing:
 * what was held of it stays, at the age it has. Never rejects.
 */
export async function renewHolding(
  cluster: Cluster,
  before: KeyHolding | null,
  deps: FetchJwks & Clock & { readonly times: KeyTimes },
): Promise<RenewedHolding> {
  const askedAtMs = deps.now();
  const { published, failure: fault, readAtMs = askedAtMs } = await fetchSafely(cluster, before, deps);
  const usable = published.filter(hasUsableKey);
  const failure = fault ?? (usable.length < published.length ? noneUsable(cluster, published) : null);
  if (usable.length === 0) return { held: before, failure: failure ?? noneUsable(cluster, published) };

  const parts = usable.map((jwks) => ({ jwks, readAtMs }));
  const isMissing = ({ issuer }: PublishedJwks) => !usable.some((jwks) => jwks.issuer === issuer);
  const kept = failure === null ? [] : (before?.parts ?? []).filter(({ jwks }) => isMissing(jwks));
  const held = holdKeys([...parts, ...kept], deps.times);
  // Issuers that publish different keys under the same ids leave none of them.
  return held.usable === 0 ? { held: before, failure: noneUsable(cluster, published) } : { held, failure };
}

async function fetchSafely(
  cluster: Cluster,
  before: KeyHolding | null,
  { fetchJwks }: FetchJwks,
): Promise<FetchedJwks> {
  try {
    return await fetchJwks(cluster, before?.parts.map(({ jwks }) => jwks) ?? []);
  } catch (thrown) {
    return { published: [], failure: asUnavailable(thrown, cluster) };
  }
}

function hasUsableKey({ keys }: PublishedJwks): boolean {
  return importJwks(keys.value).dropped < keys.value.length;
}

function noneUsable({ name }: Cluster, published: readonly PublishedJwks[]): UnavailableError {
  const dropped = published.reduce((sum, { keys }) => sum + importJwks(keys.value).dropped, 0);
  const who = published.length > 1 ? `one of the issuers of cluster ${name}` : `cluster ${name}`;
  return notAvailable(`${who} published no usable key (${dropped} dropped)`);
}

function asUnavailable(thrown: unknown, { name }: Cluster): UnavailableError {
  if (thrown instanceof UnavailableError) return thrown;
  const what = thrown instanceof Error ? thrown.name : typeof thrown;
  return notAvailable(`reading the keys of cluster ${name} failed: ${what}`);
}

function notAvailable(message: string): UnavailableError {
  return new UnavailableError('cluster_keys_unavailable', message);
}
