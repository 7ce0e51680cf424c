import type { Principal } from '@symbolon/core';

/** What a request carries through the admin app. */
export interface AdminEnv {
  /** As @hono/node-server gives it: the request as it stood on the wire. */
  Bindings: { readonly incoming?: { readonly url?: string | undefined } };
  Variables: {
    requestId: string;
    /** The trace that the caller named (W3C Trace Context): 32 hex digits, or null. */
    traceId: string | null;
    principal: Principal;
  };
}
