import { UnavailableError, type UnavailableReason } from '@symbolon/core';

/**
 * What stands in for a driver's error: its code and nothing else. The driver's own message, detail and parameters
 * hold SQL and the values of the statement, and go no further than this file.
 */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  /** An SQLSTATE (PostgreSQL, appendix A), a code of Node or of ours, as ECONNREFUSED is, or the class of the error. */
  readonly code: string;

  constructor(code: string) {
    super(`the database answered ${code}`);
    this.code = code;
  }
}

/**
 * Runs `call` and turns whatever the driver throws into an `UnavailableError` that names nothing of the statement:
 * with `reason`, or with `internal_error` where the default would say of our own mistake that waiting helps.
 */
export async function storageCall<T>(
  call: () => Promise<T>,
  reason: UnavailableReason = 'storage_unavailable',
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    const failure = new StorageFailure(codeOf(error));
    throw reason === 'storage_unavailable' && isOfTheStatement(failure.code)
      ? new UnavailableError('internal_error', 'the database refused a statement', { cause: failure })
      : new UnavailableError(reason, 'the database cannot answer', { cause: failure });
  }
}

/** The code of what `storageCall` threw; null for anything else that was thrown. */
export function failureCodeOf(error: unknown): string | null {
  return error instanceof UnavailableError && error.cause instanceof StorageFailure ? error.cause.code : null;
}

/** What the same statement meets again however often it is tried: its data, its limits, itself, or one before it. */
function isOfTheStatement(code: string): boolean {
  return /^(?:(?:22|23|42|54)[0-9A-Z]{3}|25P02)$/.test(code);
}

/**
 * Whether the connection on which `error` was thrown is of no more use: it is lost, or nothing may have come back on it
 * in time, or it leads to a server that is going away or takes no writes, where another may find the primary.
 */
export function isConnectionSpent(error: unknown): boolean {
  const code = failureCodeOf(error);
  if (code === null) return false;
  return !SQLSTATE.test(code) || /^(?:08|57P|25006|25P03|25P04)/.test(code);
}

/** Those of PostgreSQL, and not the codes of Node, of which EPIPE has as many letters. */
const SQLSTATE = /^(?:[0-9][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/;

/** The code of the error that lies deepest: drizzle wraps the driver's. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Error) return codeOf(error.cause);
  const code: unknown = 'code' in error ? error.code : null;
  if (typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)) return code;
  return CODES_BY_MESSAGE[error.message] ?? error.constructor.name;
}

/** The driver's own errors have no codes, and an operator must tell one from another. */
const CODES_BY_MESSAGE: Readonly<Record<string, string>> = {
  'Query read timeout': 'ANSWER_TIMEOUT',
  'timeout expired': 'CONNECT_TIMEOUT',
  'timeout exceeded when trying to connect': 'POOL_TIMEOUT',
  'Connection terminated': 'CONNECTION_LOST',
  'Connection terminated unexpectedly': 'CONNECTION_LOST',
  'The server does not support SSL connections': 'TLS_NOT_OFFERED',
};
