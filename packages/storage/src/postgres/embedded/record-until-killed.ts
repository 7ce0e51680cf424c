/** Run by tests as a process of its own: opens a folder and records events, until somebody kills it. */
import { sampleCluster, sampleExchange } from '../../conformance/samples.ts';
import { openEmbedded } from './open-embedded.ts';

const [dataDir = '', assetsDir] = process.argv.slice(2);
const { stores } = await openEmbedded({
  dataDir,
  workerUrl: new URL('./pglite-worker.ts', import.meta.url),
  migrationsDir: new URL('../../../../../migrations/', import.meta.url),
  ...(assetsDir !== undefined && { assetsDir: new URL(assetsDir) }),
});
await stores.change((transaction) => transaction.write(sampleCluster('production')));
const epoch = await stores.readEpoch();
process.stdout.write('ready\n');
for (let number = 0; ; number += 1) {
  await stores.recordExchange(sampleExchange(`r-${number}`, { epoch }));
  process.stdout.write(`r-${number}\n`);
}
