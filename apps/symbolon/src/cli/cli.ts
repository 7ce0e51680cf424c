import type { SendHttp } from './send-http.ts';

/**
 * The process as a command sees it: streams, environment, clock and network are given to it, so that every command
 * is tested without a process. Commands end by returning (exit code 0) or by throwing a `CliFailure`; nothing but
 * `runCli` knows of exit codes and of how errors are shown.
 */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of options start here. */
  readonly cwd: string;
  readonly homeDir: string;
  readonly stdin: CliInput;
  /** What was asked for, and nothing else: it is piped and parsed. */
  readonly stdout: CliOutput;
  /** Progress, questions, warnings and errors. */
  readonly stderr: CliOutput;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** A new random id on every call. */
  readonly createId: () => string;
  readonly sendHttp: SendHttp;
  /** At least 0 and below 1. */
  readonly random: () => number;
  /** Resolves after that time, or sooner when the signal comes. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted when the process is asked to end (SIGTERM, SIGINT). From the call on they end it no longer by themselves. */
  readonly stopSignal: () => AbortSignal;
}

export interface CliInput {
  readonly isTty: boolean;
  /** Everything up to its end; null where that is more. */
  readBytes(maxBytes: number): Promise<Uint8Array | null>;
  /** One line of an answer to a question. */
  readLine(): Promise<string>;
}

export interface CliOutput {
  readonly isTty: boolean;
  readonly hasColors: boolean;
  /** Width of the terminal, 80 where there is none. */
  readonly columns: number;
  write(text: string): void;
}
