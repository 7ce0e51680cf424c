import type { JsonValue } from '../mapping/objects.ts';

const SAFE_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** A uid or `jti`: UUIDs in Kubernetes, but promised only to be unique strings. Bounded, and fit for logs and keys. */
export function isSafeId(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && SAFE_ID.test(value);
}
