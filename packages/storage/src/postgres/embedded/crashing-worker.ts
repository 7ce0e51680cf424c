/** PGlite's worker, which dies when a statement brings it the word: what becomes of everyone who waits? */
import { parentPort } from 'node:worker_threads';
import type { ToPglite } from './pglite-protocol.ts';

/** Of the statement that is the last of a first start. */
const RENEWAL = 'update "epoch" set "id"';

parentPort?.on('message', (message: ToPglite) => {
  if (message.kind !== 'frontend') return;
  const bytes = Buffer.from(message.bytes);
  // At once: what is thrown ends the worker only after the statement was run.
  if (bytes.includes(RENEWAL)) process.exit(1);
  if (bytes.includes('crash-now')) throw new Error('crash-now, with a secret of the database');
});
await import('./pglite-worker.ts');
