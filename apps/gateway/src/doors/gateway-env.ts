/** What a server hands on of a request as it stood on the wire, before any part of its URL was resolved. */
export interface Connection {
  readonly incoming?: {
    readonly url?: string | undefined;
    readonly socket?: { readonly remoteAddress?: string | undefined };
    /** Names and values in turn. */
    readonly rawHeaders?: readonly string[];
  };
}

/** As @hono/node-server gives it. */
export interface GatewayEnv {
  Bindings: Connection;
}

/** Who made a request, for the log alone; null where the connection is gone. */
export type ClientAddressOf = (connection: Connection | undefined) => string | null;
