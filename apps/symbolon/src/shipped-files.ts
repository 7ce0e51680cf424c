/**
 * Where the files lie that are read at run time: beside the bundle when shipped, in their places in the tree when the
 * TypeScript sources run as they are.
 */
const isBundled = !import.meta.url.endsWith('.ts');

function shipped(inBundle: string, inTree: string): URL {
  return new URL(isBundled ? inBundle : inTree, import.meta.url);
}

export const SHIPPED_FILES = {
  migrationsDir: shipped('./migrations/', '../../../migrations/'),
  errorsMarkdown: shipped('./errors.md', '../../../docs/errors.md'),
  pgliteWorker: shipped(
    './pglite-worker.js',
    '../../../packages/storage/src/postgres/embedded/pglite-worker.ts',
  ),
  /** Undefined: in PGlite's own package. */
  pgliteAssetsDir: isBundled ? new URL('./', import.meta.url) : undefined,
} as const;
