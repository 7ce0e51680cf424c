import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, readDeployment } from './broker/deployment.ts';
import { MAIN } from './broker/run-symbolon.ts';
import { type SpawnedBroker, spawnBroker } from './broker/spawn-broker.ts';
import { startReplicas } from './broker/start-replicas.ts';
import { stateSettings } from './broker/state-settings.ts';

export interface StartBrokerOptions {
  /** The program: `main.ts` of the tree, or the bundle. Default: the tree's. */
  entry?: string;
  /** Default: a fresh folder, which `stop` removes. A broker that is started on it again has the same data. */
  dataDir?: string;
  /** Settings beside those of addresses and state. Nothing of ours is taken from the own environment. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Given by tests of what only one of them has. Default: that of the test run, and without one `embedded`. */
  deployment?: Deployment;
}

export interface BrokerProcess {
  readonly issuer: string;
  /** Base URL of the admin API's server. */
  readonly admin: string;
  /** Holds the file `admin-token`, whatever the deployment is. */
  readonly dataDir: string;
  /** Of several replicas that of the first. */
  readonly pid: number;
  /** Everything that it printed so far. */
  log(): string;
  /**
   * Stops it as an operator would (SIGTERM), or as a crash (SIGKILL). Resolves with its exit code; of several replicas
   * with one that is not 0, if any.
   */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Starts the real `symbolon serve` as children on free ports. Throws with the log where it does not become ready. */
export async function startBroker(options: StartBrokerOptions = {}): Promise<BrokerProcess> {
  const { entry = MAIN, cwd = process.cwd(), env = {}, deployment = readDeployment(process.env) } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'symbolon-broker-'));
  const removeOwn = () => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  const start = async (): Promise<SpawnedBroker> => {
    const settings = { ...(await stateSettings(dataDir, deployment)), ...env };
    return (deployment === 'replicas' ? startReplicas : spawnBroker)({ entry, cwd, settings });
  };
  try {
    const { issuer, admin, pid, log, stop } = await start();
    return {
      issuer,
      admin,
      dataDir,
      pid,
      log,
      async stop(signal = 'SIGTERM') {
        const code = await stop(signal);
        removeOwn();
        return code;
      },
    };
  } catch (error) {
    removeOwn();
    throw error;
  }
}
