import { hideTokens } from './cli/token-text.ts';
import { ConfigError } from './config/load-config.ts';

/** Errors whose words are the broker's own. What libraries and drivers say holds parameters, SQL and pieces of tokens. */
const OWN_ERRORS: ReadonlySet<string> = new Set([
  'Error',
  'AtRestError',
  'DataDirHeldError',
  'DatabaseUrlError',
  'MigrationError',
  'StorageFailure',
  'UnavailableError',
]);

/** What to do where the error's own words cannot say it: its package knows of no settings. */
const FIXES: Readonly<Record<string, string>> = {
  AtRestError: 'SYMBOLON_KEK_FILE names the file of the key-encryption key.',
  DataDirHeldError: 'SYMBOLON_DATA_DIR names the folder.',
};

/** The lines that a person sees when a command fails: what is wrong, and what to do next. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    const lines = error.problems.map((problem) => `  - ${problem}`);
    return [error.message, ...lines, '"symbolon config check" shows where each value comes from.'].join('\n');
  }
  if (!(error instanceof Error)) return 'The command failed.';
  // What Node adds to the errors of sockets and files.
  const { code, address, port, path, syscall } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen') {
    return `Nothing can listen on ${address}:${port} (${code}): set SYMBOLON_LISTEN or SYMBOLON_ADMIN_LISTEN to what is free.`;
  }
  if (path !== undefined) {
    return `${path} cannot be used (${code}): "symbolon doctor" looks at the files of the broker; SYMBOLON_DATA_DIR must be a folder that can be written.`;
  }
  if (OWN_ERRORS.has(error.name)) return sentence(hideTokens(error.message), FIXES[error.name]);
  return `The program has a fault (${error.name}${typeof code === 'string' ? ` ${code}` : ''}): report it with the output of "symbolon version -o json".`;
}

function sentence(text: string, fix: string | undefined): string {
  const begun = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return fix === undefined ? begun : `${begun}. ${fix}`;
}
