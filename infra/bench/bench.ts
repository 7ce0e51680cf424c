import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Databases, openDatabases } from './ground/databases.ts';
import { type Ground, type Program, startBroker } from './ground/ground.ts';
import { spread, workloadOf } from './ground/rules.ts';
import { createTokenSigner, type TokenSigner } from './ground/sign-tokens.ts';
import type { ExchangeAsked } from './load/token-request.ts';
import { profileArgs } from './profile/take-profile.ts';
import { findPinning, type Pinning, pinSelf } from './servers/pin.ts';
import { type Server, startServer } from './servers/start-server.ts';
import type { Slice } from './slice.ts';

export interface BenchOptions {
  /** Measured of each row, and as long of the floor beside it. */
  readonly seconds: number;
  /** The broker's program. */
  readonly entry: string;
  /** Where CPU profiles of the brokers go. Null: none is taken. */
  readonly profileFolder: string | null;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

/** What the rows share. Whatever is started through it ends with it. */
export interface Bench extends BenchOptions, AsyncDisposable {
  readonly pinning: Pinning | null;
  readonly program: Program;
  /** Runs all along, idle but where it is measured. */
  readonly floor: Server;
  /** Every slice of the floor that was measured so far, between those of the rows. */
  readonly floorSlices: Slice[];
  readonly signer: TokenSigner;
  readonly databases: Databases;
  /** A fresh folder, gone with the bench. */
  makeFolder(name: string): string;
  startBroker(ground: Pick<Ground, 'env'>, options?: BrokerOptions): Promise<Server & AsyncDisposable>;
  /** Fresh tokens of workloads that the first `ruleCount` rules allow. */
  exchanges(count: number, ruleCount: number): Promise<readonly ExchangeAsked[]>;
}

export interface BrokerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

const FLOOR = join(import.meta.dirname, 'floor.ts');

export async function openBench(options: BenchOptions): Promise<Bench> {
  const { signal, progress, profileFolder } = options;
  // Ended here where a part does not start, else by whoever asked for the bench.
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-bench-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const makeFolder = (name: string) => mkdtempSync(join(folder, `${name}-`));

  const pinning = findPinning();
  const signer = createTokenSigner();
  const program = { entry: options.entry, pinning, folder };
  const databases = opened.use(
    openDatabases({ program, makeFolder, clusterKey: signer.key.publicJwk, progress }),
  );
  if (pinning !== null) pinSelf(pinning);
  const floor = await startServer({ command: [FLOOR], pinning, folder });
  opened.defer(() => floor.stop());

  const kept = opened.move();
  return {
    ...options,
    pinning,
    program,
    floor,
    floorSlices: [],
    signer,
    databases,
    makeFolder,
    async startBroker({ env }, { env: more = {}, args = [] } = {}) {
      signal.throwIfAborted();
      const nodeArgs = profileFolder === null ? [] : profileArgs(profileFolder);
      const broker = await startBroker(program, { env: { ...env, ...more }, args, nodeArgs });
      const stack = new AsyncDisposableStack();
      stack.defer(() => broker.stop());
      return { ...broker, [Symbol.asyncDispose]: () => stack.disposeAsync() };
    },
    async exchanges(count, ruleCount) {
      const workloads = spread(count, ruleCount).map(workloadOf);
      const tokens = await signer.sign(workloads);
      return workloads.map(({ audience }, index) => ({ subjectToken: tokens[index] ?? '', audience }));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
