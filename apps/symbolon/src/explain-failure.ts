import { ConfigError } from './config/load-config.ts';

/** The lines that a person sees when a command fails: what is wrong, and what to do next. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    return [error.message, ...error.problems.map((problem) => `  - ${problem}`)].join('\n');
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return 'The address is in use: stop the process that holds it, or set SYMBOLON_LISTEN and SYMBOLON_ADMIN_LISTEN to others.';
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : 'The command failed.';
}
