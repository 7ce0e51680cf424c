import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { WriteStream } from 'node:tty';
import type { Cli, CliInput, CliOutput } from './cli.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { sendHttp } from './send-http.ts';

const DEFAULT_COLUMNS = 80;

/** The real process. */
export function createProcessCli(): Cli {
  return {
    env: process.env,
    cwd: process.cwd(),
    homeDir: homedir(),
    stdin: createInput(process.stdin),
    stdout: createOutput(process.stdout),
    stderr: createOutput(process.stderr),
    now: Date.now,
    createId: randomUUID,
    sendHttp,
    random: Math.random,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
    stopSignal,
  };
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}

function createInput(stream: NodeJS.ReadStream): CliInput {
  return {
    isTty: stream.isTTY === true,
    async readBytes(maxBytes) {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > maxBytes) return null;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    readLine() {
      const lines = createInterface({ input: stream });
      return new Promise((resolve) => {
        lines.once('line', (line) => {
          resolve(line);
          // Else the terminal, which never ends, is listened to for ever, and so the process does not end either.
          lines.close();
        });
        lines.once('close', () => resolve(''));
      });
    },
  };
}

function createOutput(stream: WriteStream): CliOutput {
  let isLost = false;
  // A reader that has seen enough, as `head` does, is no failure; what was begun is brought to its end without it.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !isLost) process.once('exit', failUnlessFailed);
    isLost = true;
  });
  return {
    isTty: stream.isTTY === true,
    hasColors: hasColors(stream.isTTY === true, process.env),
    columns: stream.columns ?? DEFAULT_COLUMNS,
    write(text) {
      if (!isLost) stream.write(text);
    },
  };
}

/** Whoever reads a file that a full disk cut short must not be told that all is well. */
function failUnlessFailed(): void {
  process.exitCode ||= EXIT_CODES.refused;
}

/** As https://no-color.org has it; FORCE_COLOR, unless 0, colours what is piped as well. */
export function hasColors(isTty: boolean, env: Cli['env']): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return !['', '0', 'false'].includes(env.FORCE_COLOR);
  return isTty && env.TERM !== 'dumb';
}
