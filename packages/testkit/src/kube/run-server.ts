import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_EVERY_MS = 50;
const LOG_LINES_KEPT = 40;

export interface ServerProcess {
  /** The last lines that it wrote. */
  logTail(): string;
  /** Freezes it: connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Kills it at once and waits until it is gone. */
  kill(): Promise<void>;
}

interface RunServerOptions {
  name: string;
  /** The program, then its arguments. */
  argv: readonly string[];
  isReady: () => Promise<boolean>;
  /** Default 60 s, for machines that are busy. */
  readyTimeoutMs?: number;
}

/**
 * Starts a server and waits until it is ready. Throws with the tail of its log when it exits before that or
 * takes too long. It does not outlive this process: the test kit's own binary watches its standard input, and
 * any other is killed when this process exits in order.
 */
export async function runServer(options: RunServerOptions): Promise<ServerProcess> {
  const { name, argv, isReady, readyTimeoutMs = 60_000 } = options;
  const [command = '', ...args] = argv;
  const child = spawn(command, args, {
    env: { ...process.env, SYMBOLON_EXIT_WITH_STDIN: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const server = overseeChild(child);

  const deadline = Date.now() + readyTimeoutMs;
  while (!(await isReady())) {
    if (hasEnded(child)) {
      throw new Error(`${name} ended before it was ready:\n${server.logTail()}`);
    }
    if (Date.now() > deadline) {
      await server.kill();
      throw new Error(`${name} was not ready within ${readyTimeoutMs} ms:\n${server.logTail()}`);
    }
    await delay(POLL_EVERY_MS);
  }
  return server;
}

function overseeChild(child: ChildProcess): ServerProcess {
  let tail: string[] = [];
  const keepTail = (chunk: Buffer) => {
    tail = [...tail, ...chunk.toString().split('\n').filter(Boolean)].slice(-LOG_LINES_KEPT);
  };
  child.stdout?.on('data', keepTail);
  child.stderr?.on('data', keepTail);
  child.on('error', (error) => keepTail(Buffer.from(error.message)));
  child.stdin?.on('error', () => undefined);

  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('close', () => process.off('exit', killNow));
  const closed = once(child, 'close').catch(() => undefined);

  return {
    logTail: () => tail.join('\n'),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    kill: async () => {
      if (child.pid === undefined) return;
      killNow();
      await closed;
    },
  };
}

/** A program that could not be started at all has no pid. */
function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** A loopback port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return address.port;
}

/** Another process may take the free port first: then starts again, with new ports. */
export async function retryOnPortClash<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      const isClash = error instanceof Error && /address already in use/i.test(error.message);
      if (!isClash || attempt === 3) throw error;
    }
  }
}
