import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { UnavailableError } from '@symbolon/core';
import { StorageFailure } from '../storage-call.ts';
import type { FromPglite, PgliteWorkerData, ToPglite } from './pglite-protocol.ts';
import { createPgliteStream, type PgliteStream } from './pglite-stream.ts';

export interface PgliteOptions {
  /** PostgreSQL's own folder; filled on the first start. */
  readonly dataDir: string;
  /** The worker's entry, `pglite-worker`: a TypeScript file in development, a bundle when shipped. */
  readonly workerUrl: URL;
  /** Where pglite.wasm, pglite.data and the template of a database lie; left out, PGlite's package is looked into. */
  readonly assetsDir?: URL;
}

export interface Pglite {
  /** A connection. PGlite has one session, so a new connection ends the one before. */
  connect(): Duplex;
  /** Shuts PostgreSQL down and ends the worker; connections should be closed before. */
  close(): Promise<void>;
}

/** Starts PGlite in a worker. Throws `UnavailableError('storage_unavailable')` where it does not start. */
export async function startPglite(options: PgliteOptions): Promise<Pglite> {
  const worker = spawnWorker(options);
  const ended = endOf(worker);
  let hasEnded = false;
  let connection = 0;
  let stream: PgliteStream | null = null;

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromPglite) => {
      if (message.kind === 'ready') resolve();
      else if (message.connection === connection) stream?.receive(message.bytes);
    });
    void ended.then((cause) => {
      hasEnded = true;
      reject(new UnavailableError('storage_unavailable', 'the embedded database did not start', { cause }));
      stream?.duplex.destroy(new StorageFailure(cause.code));
    });
  });

  const say = (message: ToPglite, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer);
  return {
    connect() {
      stream?.duplex.destroy();
      connection += 1;
      const own = connection;
      stream = createPgliteStream((bytes) =>
        say({ kind: 'frontend', connection: own, bytes }, [bytes.buffer]),
      );
      say({ kind: 'connect', connection });
      if (hasEnded) stream.duplex.destroy(new StorageFailure('worker_ended'));
      return stream.duplex;
    },
    async close() {
      say({ kind: 'close' });
      await ended;
    },
  };
}

function spawnWorker(options: PgliteOptions): Worker {
  const workerData: PgliteWorkerData = {
    dataDir: options.dataDir,
    assetsDir: options.assetsDir === undefined ? null : fileURLToPath(options.assetsDir),
  };
  const worker = new Worker(options.workerUrl, {
    workerData,
    name: 'pglite',
    // Nothing of this process's environment and flags is for PGlite, and nothing that it prints is ours.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** Resolves when the worker has ended, however it did, with what it ended by. */
function endOf(worker: Worker): Promise<StorageFailure> {
  return new Promise((resolve) => {
    let failure = new StorageFailure('worker_ended');
    worker.on('error', (error) => {
      failure = new StorageFailure(error instanceof Error ? error.name : 'unknown');
    });
    worker.once('exit', () => resolve(failure));
  });
}
