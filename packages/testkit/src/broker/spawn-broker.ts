import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { environmentWith } from './run-symbolon.ts';

export interface SpawnBrokerOptions {
  readonly entry: string;
  readonly cwd: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Given to `serve`. */
  readonly args?: readonly string[];
}

/** One process of `symbolon serve` that is ready. */
export interface SpawnedBroker {
  readonly issuer: string;
  /** Base URL of the gateway's own server, whatever its issuer is. */
  readonly gateway: string;
  readonly admin: string;
  readonly pid: number;
  log(): string;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

type Addresses = Pick<SpawnedBroker, 'issuer' | 'gateway' | 'admin'>;

const READY_WITHIN_MS = 60_000;

/** Starts the real `symbolon serve` as a child on free ports. Throws with its log where it does not become ready. */
export async function spawnBroker({
  entry,
  cwd,
  settings,
  args = [],
}: SpawnBrokerOptions): Promise<SpawnedBroker> {
  const child = spawn(process.execPath, [entry, 'serve', ...args], {
    cwd,
    env: environmentWith({
      SYMBOLON_LISTEN: '127.0.0.1:0',
      SYMBOLON_ADMIN_LISTEN: '127.0.0.1:0',
      ...settings,
    }),
    // A group of its own: Ctrl-C reaches the parent alone, which then stops the broker in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const lines: string[] = [];
  const log = () => lines.join('\n');

  const stop: SpawnedBroker['stop'] = async (signal) => {
    child.kill(signal);
    const code = await exited;
    process.off('exit', killWithUs);
    return code;
  };

  const ready = new Promise<Addresses>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('"msg":"ready"')) resolve(JSON.parse(line) as Addresses);
    });
    void exited.then(() => reject(new Error(`the broker ended before it was ready:\n${log()}`)));
    setTimeout(
      () => reject(new Error(`the broker was not ready in time:\n${log()}`)),
      READY_WITHIN_MS,
    ).unref();
  });
  try {
    const { issuer, gateway, admin } = await ready;
    return { issuer, gateway, admin, pid: child.pid ?? 0, log, stop };
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
}
