import type { HttpsAnswer, HttpsGet, HttpsGetRequest } from './https-get.ts';

/** What a URL answered (RFC 9110 §3.2), read, with what lets the next answer be that it is the same. */
export interface Representation<T> {
  readonly url: string;
  readonly value: T;
  readonly etag: string | null;
  /** What the publisher's Cache-Control says; null where it says nothing. */
  readonly maxAgeSeconds: number | null;
}

export type ReadRepresentation<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** For operators: words of ours, and nothing of the answer but its status. */
  | { readonly kind: 'failed'; readonly why: string };

export interface RepresentationReader<T> {
  /** From an earlier answer; of use only where it is that of the same URL. */
  readonly held: Representation<T> | null;
  read(answer: Extract<HttpsAnswer, { kind: 'answered' }>): ReadRepresentation<T>;
}

/** No quote, control character or space within, so that it is sent back as nothing but a tag (RFC 9110 §8.8.3). */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{1,256}"$/;
const MAX_AGE = /(?:^|,)\s*max-age=(\d{1,9})\s*(?:,|$)/i;

/**
 * GET, conditional where something of the same URL is held. That it was not modified is believed only of what was asked
 * about: anything else that answers 304 is left to the reader, as every other status is.
 */
export async function getRepresentation<T>(
  httpsGet: HttpsGet,
  request: Omit<HttpsGetRequest, 'etag'>,
  { held, read }: RepresentationReader<T>,
): Promise<ReadRepresentation<Representation<T>>> {
  const { url } = request;
  const known = held?.url === url && held.etag !== null ? held : null;
  const answer = await httpsGet({ ...request, etag: known?.etag ?? null });
  if (answer.kind === 'failed') return answer;

  const maxAge = MAX_AGE.exec(answer.cacheControl)?.[1];
  const maxAgeSeconds = maxAge === undefined ? null : Number(maxAge);
  if (answer.status === 304 && known !== null) {
    return { kind: 'read', value: { ...known, maxAgeSeconds: maxAgeSeconds ?? known.maxAgeSeconds } };
  }
  const result = read(answer);
  if (result.kind === 'failed') return result;
  const etag = ETAG.test(answer.etag) ? answer.etag : null;
  return { kind: 'read', value: { url, value: result.value, etag, maxAgeSeconds } };
}
