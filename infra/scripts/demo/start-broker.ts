import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Broker {
  readonly issuer: string;
  /** Base URL of the admin API's server. */
  readonly admin: string;
  readonly dataDir: string;
  /** The last lines of its log. */
  logTail(): string;
  /** Stops it as an operator would (SIGTERM), and removes its data. */
  stop(): Promise<void>;
}

const MAIN = join(import.meta.dirname, '..', '..', '..', 'apps', 'symbolon', 'src', 'main.ts');
const READY_WITHIN_MS = 60_000;

/** Starts the real `symbolon serve` as a child, on free ports and a fresh data folder. */
export async function startBroker(): Promise<Broker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-demo-'));
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'))),
      SYMBOLON_LISTEN: '127.0.0.1:0',
      SYMBOLON_ADMIN_LISTEN: '127.0.0.1:0',
      SYMBOLON_DATA_DIR: dataDir,
    },
    // A group of its own: Ctrl-C reaches the demo alone, which then stops the broker in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.once('exit', () => child.kill('SIGKILL'));
  const log: string[] = [];
  const logTail = () => log.slice(-20).join('\n');

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  }

  const ready = new Promise<{ issuer: string; admin: string }>((resolve, reject) => {
    const keep = (line: string) => {
      log.push(line);
      if (log.length > 200) log.shift();
    };
    createInterface({ input: child.stderr }).on('line', keep);
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      if (!line.includes('"msg":"ready"')) return;
      const { issuer, admin } = JSON.parse(line) as { issuer: string; admin: string };
      resolve({ issuer, admin });
    });
    void exited.then(() => reject(new Error(`the broker ended before it was ready:\n${logTail()}`)));
    setTimeout(
      () => reject(new Error(`the broker was not ready in time:\n${logTail()}`)),
      READY_WITHIN_MS,
    ).unref();
  });
  try {
    return { ...(await ready), dataDir, logTail, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
