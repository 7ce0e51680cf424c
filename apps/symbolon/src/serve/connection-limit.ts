/** What the process needs of its descriptors beside connections: the database's files, keys, fetches, libraries. */
const RESERVED = 128;
const MOST = 8_192;

/**
 * How many connections each of `servers` may hold when `openFiles` descriptors may be open: idle connections must never
 * take the descriptor that the database or a fetch of keys needs.
 */
export function connectionLimit(openFiles: number, servers: number): number {
  return Math.max(1, Math.min(MOST, Math.floor((openFiles - RESERVED) / servers)));
}

/** The process's own limit of open files; a number that is safe everywhere where the system names none. */
export function openFilesLimit(): number {
  // What it would look up of the network takes long, and is not in Node's types yet.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  if (soft === 'unlimited') return Number.MAX_SAFE_INTEGER;
  return typeof soft === 'number' ? soft : 1_024;
}
