/*
 * What the process's main thread and the worker with PGlite say to each other. All of it goes over one port, so it
 * arrives in the order in which it was sent: what an ended connection still had to say comes before the next one.
 */

export interface PgliteWorkerData {
  readonly dataDir: string;
  /** The folder with pglite.wasm and pglite.data, for a database that was made; null: where the package has them. */
  readonly assetsDir: string | null;
}

/** `bytes` are whole messages of PostgreSQL's frontend protocol; connections are numbered in their order. */
export type ToPglite =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'frontend'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly kind: 'close' };

export type FromPglite =
  | { readonly kind: 'ready' }
  | { readonly kind: 'backend'; readonly connection: number; readonly bytes: Uint8Array };
