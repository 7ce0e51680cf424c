/** The request header by which a caller names the trace that a request belongs to (W3C Trace Context). */
export const TRACEPARENT = 'traceparent';

const VERSION_00 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
/** What a later version has after the four fields, it has after another hyphen; `ff` is none. */
const LATER_VERSION = /^(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/;
const MAX_LENGTH = 256;

/** The trace id of a `traceparent` header, 32 lower-case hex digits; null where there is none that is valid (§3.2.2). */
export function traceIdOf(traceparent: string | null | undefined): string | null {
  if (traceparent === null || traceparent === undefined || traceparent.length > MAX_LENGTH) return null;
  const [, traceId = '', parentId = ''] =
    VERSION_00.exec(traceparent) ?? LATER_VERSION.exec(traceparent) ?? [];
  return isNonZero(traceId) && isNonZero(parentId) ? traceId : null;
}

function isNonZero(id: string): boolean {
  return /[1-9a-f]/.test(id);
}
