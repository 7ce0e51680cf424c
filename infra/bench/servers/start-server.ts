import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ServerAddress } from '../load/connection.ts';
import { onServerCore, type Pinning } from './pin.ts';
import { cpuMicrosOf, rssMiBOf } from './process-usage.ts';

export interface ServerOptions {
  /** The script and its arguments, after those for Node itself. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly pinning: Pinning | null;
  /** Where its log goes. */
  readonly folder: string;
}

/** A server in a process of its own, on the core that is measured. */
export interface Server {
  readonly issuer: string;
  readonly address: ServerAddress;
  /** What the line said with which it became ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** From its start to that line. */
  readonly startMs: number;
  cpuMicros(): number | null;
  rssMiB(): number | null;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 2;
const STOP_WITHIN_MS = 20_000;
const READY_LINE = /^.*"msg":"ready".*$/m;

/** Starts it, its output in a file on disk as a container's would be. Throws with that where it does not become ready. */
export async function startServer({ command, env = {}, pinning, folder }: ServerOptions): Promise<Server> {
  const logFolder = mkdtempSync(join(folder, 'server-'));
  const logFile = join(logFolder, 'log');
  const output = openSync(logFile, 'w');
  const [program = '', ...args] = onServerCore(pinning, [process.execPath, ...command]);
  const startedMs = performance.now();
  const child = spawn(program, args, {
    env: { ...withoutOurs(process.env), ...env },
    cwd: logFolder,
    // A group of its own: Ctrl-C reaches the bench alone, which then stops what it started in order.
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let hasExited = false;
  const exited = new Promise<void>((resolve) => {
    for (const event of ['exit', 'error'] as const) {
      child.once(event, () => {
        hasExited = true;
        resolve();
      });
    }
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const isLate = await Promise.race([exited, setTimeout(STOP_WITHIN_MS, true, { ref: false })]);
    if (isLate) child.kill('SIGKILL');
    await exited;
    process.off('exit', killWithUs);
    rmSync(logFolder, { recursive: true, force: true });
  }

  try {
    let line: string | undefined;
    while (line === undefined) {
      if (hasExited || performance.now() - startedMs > READY_WITHIN_MS) {
        throw new Error(`the server did not become ready:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
      }
      await setTimeout(LOOK_EVERY_MS);
      line = READY_LINE.exec(readFileSync(logFile, 'utf8'))?.[0];
    }
    const startMs = performance.now() - startedMs;
    const ready = JSON.parse(line) as { issuer: string } & Record<string, unknown>;
    const { hostname, port } = new URL(ready.issuer);
    const pid = child.pid ?? 0;
    return {
      issuer: ready.issuer,
      address: { host: hostname, port: Number(port) },
      ready,
      startMs,
      cpuMicros: () => cpuMicrosOf(pid),
      rssMiB: () => rssMiBOf(pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nothing of the broker's own settings is taken from whoever runs the bench. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('SYMBOLON_')));
}
