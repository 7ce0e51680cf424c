import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Cli, CliOutput } from './cli.ts';
import type { ExitCode } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import type { HttpAnswer, HttpRequest, SendHttp } from './send-http.ts';
import { HttpError } from './send-http.ts';

export interface TestCliOptions extends Partial<Omit<Cli, 'stdin' | 'stdout' | 'stderr'>> {
  /** What standard input holds. */
  readonly stdin?: string;
  /** Whether all three streams are a terminal; answers to questions then come from `stdin`, line by line. */
  readonly isTty?: boolean;
  readonly hasColors?: boolean;
}

export interface Ran {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line without a process: a fresh folder, no environment, nobody who answers, and a clock that stands. */
export function createTestCli(options: TestCliOptions = {}) {
  const { stdin = '', isTty = false, hasColors = false, ...given } = options;
  const folder = given.cwd ?? createFolder();
  const lines = stdin.split('\n');
  let ids = 0;

  async function run(...args: readonly string[]): Promise<Ran> {
    const { written, ...outputs } = createTestOutputs({ isTty, hasColors });
    const cli: Cli = {
      env: {},
      homeDir: folder,
      now: () => Date.UTC(2027, 0, 15, 8),
      createId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
      sendHttp: async () => {
        throw new HttpError('ECONNREFUSED');
      },
      random: () => 0.5,
      sleep: async () => undefined,
      stopSignal: () => new AbortController().signal,
      ...given,
      cwd: folder,
      stdin: { isTty, readBytes: async () => Buffer.from(stdin), readLine: async () => lines.shift() ?? '' },
      ...outputs,
    };
    const exitCode = await runCli(args, cli);
    return { exitCode, ...written };
  }

  return { folder, run };
}

/** Both outputs of a command, and what was written to them. */
export function createTestOutputs({ isTty = false, hasColors = false } = {}) {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written): CliOutput => ({
    isTty,
    hasColors,
    columns: 80,
    write: (text) => {
      written[name] += text;
    },
  });
  return { written, stdout: output('stdout'), stderr: output('stderr') };
}

/** Gone with the test that asked for it. */
function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Sends what would go over the wire to a function instead. */
export function sendTo(
  answer: (request: Request) => Response | Promise<Response>,
  seen: HttpRequest[] = [],
): SendHttp {
  return async (request): Promise<HttpAnswer> => {
    seen.push(request);
    const { method, url, headers, body } = request;
    const response = await answer(
      new Request(url, { method, headers, redirect: 'manual', ...(body === null ? {} : { body }) }),
    );
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };
}
