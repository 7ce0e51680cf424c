import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PostgresFiles } from './ensure-postgres.ts';

const READY_WITHIN_MS = 60_000;
const READY_LINE = 'database system is ready to accept connections';
const LOG_LINES_KEPT = 60;

/** A server process on a folder that has none. */
export interface PostgresProcess {
  readonly pid: number;
  /** The last lines that it wrote. */
  logTail(): string;
  /** SIGTERM waits for its clients, SIGINT cuts them off, SIGQUIT and SIGKILL leave the recovery to the next start. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Resolves when connections are accepted; throws with the tail of its log where that does not come. */
export async function runPostgres(options: {
  readonly files: PostgresFiles;
  readonly dataDir: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}): Promise<PostgresProcess> {
  const { files, dataDir, port } = options;
  const settings = { ...DEFAULTS, ...options.settings, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(files.binDir, 'postgres'), ['-D', dataDir, ...flags], {
    ...files.runAs,
    // Nothing of ours, PGDATA and its kind least of all.
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // When the last of its processes has let go of its output: those that serve a client see the first one's end a moment
  // later, and answer until then.
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const tail: string[] = [];
  const logTail = () => tail.join('\n');

  await whenReady(child, tail).catch(async (error: unknown) => {
    child.kill('SIGQUIT');
    await ended;
    throw new Error(`PostgreSQL did not start: ${String(error)}\n${logTail()}`);
  });
  const watchdog = endWithUs(child.pid ?? 0, dataDir);
  return {
    pid: child.pid ?? 0,
    logTail,
    async end(signal) {
      // First, so that it never looks for a process that is gone.
      watchdog.kill('SIGKILL');
      child.kill(signal);
      await ended;
    },
  };
}

const DEFAULTS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Several servers share a small machine, and need to survive a crash of their own and none of the machine.
  shared_buffers: '32MB',
  max_connections: '100',
  fsync: 'off',
  full_page_writes: 'off',
  log_min_messages: 'warning',
};

function whenReady(child: ChildProcess, tail: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not within ${READY_WITHIN_MS} ms`)), READY_WITHIN_MS);
    const settle = (action: () => void) => {
      clearTimeout(timer);
      action();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code) => settle(() => reject(new Error(`it ended with ${code}`))));
    if (child.stderr === null) return;
    createInterface(child.stderr).on('line', (line) => {
      tail.push(line);
      if (tail.length > LOG_LINES_KEPT) tail.shift();
      if (line.includes(READY_LINE)) settle(resolve);
    });
  });
}

/** A shell that waits for the end of this process, however it ends, and then ends the server and removes its data. */
function endWithUs(pid: number, dataDir: string): ChildProcess {
  const script = 'read -r _; kill -QUIT "$1"; while kill -0 "$1"; do sleep 0.1; done; rm -rf "$2"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'sh', String(pid), dataDir], {
    // A group of its own: Ctrl-C ends the tests, and it must be there afterwards.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.stdin.on('error', () => undefined);
  watchdog.unref();
  return watchdog;
}
