import { UnavailableError } from '@symbolon/core';
import { type CliFailure, refused, unavailable } from './cli-failure.ts';

/** SQLSTATEs (PostgreSQL, appendix A) that waiting does not mend, in words. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['28000', 'its server does not let this login in'],
  ['28P01', 'its server does not accept this login and password'],
  ['3D000', 'there is no such database'],
  ['42501', 'this login may not do that'],
  ['25006', 'it is read-only: is it a standby?'],
]);

/**
 * Runs `work` on a database and turns its trouble into words that name the setting and the code, never the URL, which
 * holds a password, nor what the driver says.
 */
export async function onDatabase<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UnavailableError ? troubleOf(where, error) : error;
  }
}

function troubleOf(where: string, { cause }: UnavailableError): CliFailure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const words = REFUSALS.get(code);
  if (words === undefined) return unavailable(`the database that ${where} names cannot answer (${code})`);
  return refused(`the database that ${where} names: ${words} (${code})`);
}
