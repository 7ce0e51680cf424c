/*
 * Run by a test, in a process of its own: the stores of the version whose source lies in a folder, on a database that
 * has the schema of this one. It finds what this version wrote, and does what a replica of that version goes on to do.
 */
import assert from 'node:assert/strict';
import pg from 'pg';
import { keyOf, sampleCluster, sampleExchange, sampleRule, sampleSystem } from '../../conformance/samples.ts';

const [folder = '', url = ''] = process.argv.slice(2);
const source = new URL('packages/storage/src/postgres/', `file://${folder}/`);
const load = (name: string): Promise<unknown> => import(new URL(name, source).href);

// As much as is called is the same in both versions.
const { createDatabase } = (await load('database.ts')) as typeof import('../database.ts');
const { createPostgresStores } = (await load(
  'create-postgres-stores.ts',
)) as typeof import('../create-postgres-stores.ts');

const database = createDatabase(new pg.Pool({ connectionString: url, max: 2 }));
const { stores, drain } = createPostgresStores(database);

const before = await stores.readSnapshot();
assert.deepEqual(
  before.clusters.map(({ key }) => key.name),
  ['of-this-version'],
);
assert.equal(await stores.readClusterCredential('of-this-version'), 'sealed');

const epoch = await stores.change(async (transaction) => {
  await transaction.write(sampleCluster('of-the-previous'));
  await transaction.write(sampleSystem('sys'));
  await transaction.write(sampleRule('sys', 'allow'));
  await transaction.writeClusterCredential('of-the-previous', 'sealed-too');
  return transaction.nextEpoch;
});
assert.equal(epoch.number, before.epoch.number + 1);
await stores.recordExchange({ ...sampleExchange('of-the-previous'), epoch });
assert.equal((await stores.read(keyOf('MappingRule', 'allow', 'sys')))?.metadata.epoch.id, epoch.id);

const pair = { publicJwk: { kty: 'EC', kid: 'p' }, sealedPrivateKey: 'sealed' };
assert.deepEqual(await stores.ensureSealedKeyPair('cluster-credentials', async () => pair), pair);
const keys = await stores.changeSigningKeys(async (stored) =>
  stored.map((key) => ({ ...key, state: 'previous', retiredAtMs: 7 })),
);
assert.deepEqual(
  keys.map(({ kid, state }) => `${kid} ${state}`),
  ['k previous'],
);
const request = { principal: 'bootstrap', key: 'one', digest: 'x' };
assert.equal((await stores.beginRequest(request, 1)).kind, 'begun');
await stores.endRequest(request, { status: 200, body: null }, 1);

await drain();
await database.close();
