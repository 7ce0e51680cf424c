import type { StoredObject } from '@symbolon/core';
import { type EntityTags, opaqueTagOf, parseEntityTags } from './entity-tag.ts';
import { type Refusal, refuse } from './problem.ts';

/** What a request expects of the object before it acts on it (RFC 9110 §13.1); null where it says nothing. */
export interface Preconditions {
  readonly kind: 'preconditions';
  readonly ifMatch: EntityTags | null;
  readonly ifNoneMatch: EntityTags | null;
}

export function readPreconditions(headers: Headers): Preconditions | Refusal {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  const preconditions = {
    kind: 'preconditions',
    ifMatch: ifMatch === null ? null : parseEntityTags(ifMatch),
    ifNoneMatch: ifNoneMatch === null ? null : parseEntityTags(ifNoneMatch),
  } as const;
  if (ifMatch !== null && preconditions.ifMatch === null) {
    return refuse('invalid_request', { detail: 'If-Match must be * or entity tags in quotation marks' });
  }
  if (ifNoneMatch !== null && preconditions.ifNoneMatch === null) {
    return refuse('invalid_request', { detail: 'If-None-Match must be * or entity tags in quotation marks' });
  }
  return preconditions;
}

const SEND_ETAG = 'read the object again and send its ETag in If-Match, or * to overwrite whatever is there';

const isUnconditional = refuse('precondition_required', { detail: SEND_ETAG });
const isChanged = refuse('precondition_failed', {
  detail: `If-Match does not name what is there: ${SEND_ETAG}`,
});
const isThere = refuse('precondition_failed', {
  detail: `If-None-Match names what is there: leave it out, ${SEND_ETAG}`,
});
const isGone = refuse('precondition_failed', {
  detail: 'there is no such object: leave If-Match out to make it',
});

/** Judges a change of `current`, null where there is no such object. A weak tag never matches (RFC 9110 §13.1.1). */
export function judgePreconditions(
  { ifMatch, ifNoneMatch }: Preconditions,
  current: StoredObject | null,
): Refusal | null {
  if (current === null) return ifMatch === null ? null : isGone;
  if (ifNoneMatch !== null && namesCurrent(ifNoneMatch, current)) return isThere;
  if (ifMatch === null) return isUnconditional;
  const strong = ifMatch === 'any' ? 'any' : ifMatch.filter((tag) => !tag.isWeak);
  return namesCurrent(strong, current) ? null : isChanged;
}

/** Whether a reader has this very state already; here a weak tag is as good as a strong one (RFC 9110 §13.1.2). */
export function isNotModified({ ifNoneMatch }: Preconditions, current: StoredObject): boolean {
  return ifNoneMatch !== null && namesCurrent(ifNoneMatch, current);
}

function namesCurrent(tags: EntityTags, current: StoredObject): boolean {
  return tags === 'any' || tags.some(({ opaque }) => opaque === opaqueTagOf(current.metadata.epoch));
}
