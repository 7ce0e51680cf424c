import { pino } from 'pino';

/** Structured events: a fixed message, and fields that are never tokens, headers or free text of a caller. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Events as JSON lines on standard output. */
export function createLog(level: string): Log {
  return pino({ level, base: { service: 'symbolon' }, timestamp: pino.stdTimeFunctions.isoTime });
}

/**
 * What may be logged of a thrown value: its class and codes. Messages of drivers and libraries carry parameters,
 * SQL, paths and pieces of tokens, so none is logged.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorClass: typeof error };
  const { code } = error as { code?: unknown };
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const causeCode = (cause as { code?: unknown } | undefined)?.code;
  return {
    errorClass: error.name,
    errorCode: typeof code === 'string' ? code : undefined,
    causeClass: cause?.name,
    causeCode: typeof causeCode === 'string' ? causeCode : undefined,
  };
}
