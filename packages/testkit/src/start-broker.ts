import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface StartBrokerOptions {
  /** The program: `main.ts` of the tree, or the bundle. Default: the tree's. */
  entry?: string;
  /** Default: a fresh folder, which `stop` removes. */
  dataDir?: string;
  /** Settings beside those of addresses and data folder. Nothing of ours is taken from the own environment. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface BrokerProcess {
  readonly issuer: string;
  /** Base URL of the admin API's server. */
  readonly admin: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything that it printed so far. */
  log(): string;
  /** Stops it as an operator would (SIGTERM), or as a crash (SIGKILL). Resolves with its exit code. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

type Addresses = Pick<BrokerProcess, 'issuer' | 'admin'>;

const MAIN = join(import.meta.dirname, '..', '..', '..', 'apps', 'symbolon', 'src', 'main.ts');
const READY_WITHIN_MS = 60_000;

/** Starts the real `symbolon serve` as a child on free ports. Throws with its log where it does not become ready. */
export async function startBroker(options: StartBrokerOptions = {}): Promise<BrokerProcess> {
  const { entry = MAIN, cwd = process.cwd(), env = {} } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'symbolon-broker-'));
  const child = spawn(process.execPath, [entry, 'serve'], {
    cwd,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'))),
      SYMBOLON_LISTEN: '127.0.0.1:0',
      SYMBOLON_ADMIN_LISTEN: '127.0.0.1:0',
      SYMBOLON_DATA_DIR: dataDir,
      ...env,
    },
    // A group of its own: Ctrl-C reaches the parent alone, which then stops the broker in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const lines: string[] = [];
  const log = () => lines.join('\n');

  const stop: BrokerProcess['stop'] = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const code = await exited;
    process.off('exit', killWithUs);
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
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
    const { issuer, admin } = await ready;
    return { issuer, admin, dataDir, pid: child.pid ?? 0, log, stop };
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
}
