/*
 * The worker in which PGlite runs: PostgreSQL takes the thread for as long as a statement takes, so it has one of its
 * own. It is spoken to in PostgreSQL's own protocol, which keeps one driver and one dialect for all engines. This
 * file is an entry of its own: `new Worker(<its URL>, { workerData })`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type PGliteOptions, protocol } from '@electric-sql/pglite';
import type { FromPglite, PgliteWorkerData, ToPglite } from './pglite-protocol.ts';

if (parentPort === null) throw new Error('pglite-worker is the entry of a worker');
const port = parentPort;
const { dataDir, assetsDir } = workerData as PgliteWorkerData;

/** A quarter of PostgreSQL's own: all of it is zeroed and resident from the start, and pages are cached by the system too. */
const SHARED_BUFFERS = 'shared_buffers=32MB';

const pglite = await PGlite.create({
  dataDir,
  startParams: [...PGlite.defaultStartParams, '-c', SHARED_BUFFERS],
  ...(assetsDir === null ? {} : await loadAssets(assetsDir)),
});
let connection = 0;

port.on('message', (message: ToPglite) => {
  switch (message.kind) {
    case 'connect':
      resetSession();
      connection = message.connection;
      return;
    case 'frontend': {
      if (message.connection !== connection) return;
      const bytes = execute(message.bytes);
      say({ kind: 'backend', connection, bytes }, bytes);
      return;
    }
    case 'close':
      void pglite.close().finally(() => process.exit());
  }
});
say({ kind: 'ready' });

function say(message: FromPglite, bytes?: Uint8Array<ArrayBuffer>): void {
  port.postMessage(message, bytes === undefined ? [] : [bytes.buffer]);
}

/** PGlite has one session; a new connection must find it as a new session is. */
function resetSession(): void {
  execute(protocol.serialize.query('ROLLBACK'));
  execute(protocol.serialize.query('DISCARD ALL'));
}

/** The backend's answer to whole frontend messages. It ends before it returns: the promise is for syncing a browser. */
function execute(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  void pglite.execProtocolRawStream(bytes, {
    syncToFs: false,
    // A view of PostgreSQL's memory, which is written over next.
    onRawData: (chunk) => chunks.push(chunk.slice()),
  });
  return concat(chunks);
}

function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** In a bundle PGlite's files do not lie where its code looks for them. */
async function loadAssets(folder: string): Promise<PGliteOptions> {
  const read = (name: string) => readFile(join(folder, name));
  return {
    pgliteWasmModule: await WebAssembly.compile(await read('pglite.wasm')),
    fsBundle: new Blob([await read('pglite.data')]),
  };
}
