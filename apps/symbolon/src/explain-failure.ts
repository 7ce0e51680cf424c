import { ConfigError } from './config/load-config.ts';

/** The lines that a person sees when a command fails: what is wrong, and what to do next. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    return [error.message, ...error.problems.map((problem) => `  - ${problem}`)].join('\n');
  }
  if (!(error instanceof Error)) return 'The command failed.';
  // What Node adds to the errors of sockets and files.
  const { code, address, port, path } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (port !== undefined) {
    return `Nothing can listen on ${address}:${port} (${code}): set SYMBOLON_LISTEN or SYMBOLON_ADMIN_LISTEN to what is free.`;
  }
  if (path !== undefined) {
    return `${path} cannot be used (${code}): SYMBOLON_DATA_DIR must be a folder that can be written.`;
  }
  return `${error.name}: ${error.message}`;
}
