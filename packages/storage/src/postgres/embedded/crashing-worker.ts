/** PGlite's worker, which dies when a statement brings it the word: what becomes of everyone who waits? */
import { parentPort } from 'node:worker_threads';
import type { ToPglite } from './pglite-protocol.ts';

parentPort?.on('message', (message: ToPglite) => {
  if (message.kind === 'frontend' && Buffer.from(message.bytes).includes('crash-now')) {
    throw new Error('crash-now, with a secret of the database');
  }
});
await import('./pglite-worker.ts');
