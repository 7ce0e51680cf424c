import type { Principal } from '@symbolon/core';

/** What a request carries through the admin app. */
export interface AdminEnv {
  /** As @hono/node-server gives it: the request as it stood on the wire. */
  Bindings: { readonly incoming?: { readonly url?: string | undefined } };
  Variables: { requestId: string; principal: Principal };
}
