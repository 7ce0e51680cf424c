import { pino } from 'pino';

/** Structured events: a fixed message, and fields that are never tokens, headers or free text of a caller. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface ProcessLog extends Log {
  /**
   * For an event of every request: told at level info, after the fields `common`, and written together with others, at
   * the latest 100 ms later or as the process ends, by itself or by an error. Being killed costs it no more than that.
   */
  frequent<Fields extends { readonly [Name in keyof Fields]: LogFields[string] }>(
    message: string,
    common: LogFields,
  ): (fields: Fields) => void;
}

/** A write to a pipe costs a request more than its line does. */
const BUFFERED_BYTES = 12 * 1024;
const FLUSH_MS = 100;

/** Events as JSON lines on standard output; what is in `more` is in each of them. */
export function createLog(level: string, more: LogFields = {}): ProcessLog {
  const base = { service: 'symbolon', ...more };
  const lines = pino.destination({
    dest: 1,
    sync: true,
    minLength: BUFFERED_BYTES,
    periodicFlush: FLUSH_MS,
  });
  process.on('exit', () => lines.flushSync());
  const logger = pino({ level, base, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  const atOnce =
    (kind: keyof Log): Log['info'] =>
    (fields, message) => {
      logger[kind](fields, message);
      lines.flushSync();
    };
  return {
    debug: atOnce('debug'),
    info: atOnce('info'),
    warn: atOnce('warn'),
    error: atOnce('error'),
    frequent(message, common) {
      if (!logger.isLevelEnabled('info')) return () => undefined;
      const textOf = createLineText(message, { ...base, ...common });
      return (fields) => void lines.write(textOf(fields));
    },
  };
}

/** A line as the logger writes it, at half of its cost: the one stringify of the platform, and a date a millisecond. */
function createLineText(message: string, base: LogFields): (fields: object) => string {
  const levelOf = `{"level":${pino.levels.values.info},"time":"`;
  const after = `",${JSON.stringify(base).slice(1, -1)},`;
  const end = `,"msg":${JSON.stringify(message)}}\n`;
  let timeMs = 0;
  let time = '';
  return (fields) => {
    const nowMs = Date.now();
    if (nowMs !== timeMs) {
      timeMs = nowMs;
      time = new Date(nowMs).toISOString();
    }
    return `${levelOf}${time}${after}${JSON.stringify(fields).slice(1, -1)}${end}`;
  };
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
