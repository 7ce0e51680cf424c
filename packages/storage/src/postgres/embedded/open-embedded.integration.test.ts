import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { type Epoch, UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import {
  auditQuery,
  keyOf,
  sampleCluster,
  sampleExchange,
  sampleExplanation,
} from '../../conformance/samples.ts';
import { MigrationError } from '../judge-migrations.ts';
import { readMigrations } from '../migrations-folder.ts';
import { DataDirHeldError } from './folder-lock.ts';
import { openEmbedded } from './open-embedded.ts';
import {
  migrationsDir,
  PGLITE_ASSETS,
  pgliteDir,
  startRecorder,
  temporaryFolder,
  useStartedFolders,
  workerUrl,
} from './test-support.ts';

const startedFolder = useStartedFolders();
const open = (dataDir: string) => openEmbedded({ dataDir, workerUrl, migrationsDir });

test('A56: a second process on a data folder stops and names the first; kill -9 frees it, and nothing acknowledged is lost', async () => {
  const dataDir = await startedFolder();
  const recorder = startRecorder(dataDir);
  expect(await recorder.nextLine()).toBe('ready');
  const acknowledged = [await recorder.nextLine()];

  const refusal: unknown = await open(dataDir).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DataDirHeldError);
  expect(refusal).toMatchObject({ code: 'data_dir_held', dataDir, holderPid: recorder.pid });
  expect(String(refusal)).toContain(`process ${recorder.pid}`);

  while (acknowledged.length < 200) acknowledged.push(await recorder.nextLine());
  acknowledged.push(...(await recorder.kill()).lines);

  const { stores, close } = await open(dataDir);
  const events = await stores.listAuditEvents(auditQuery({ limit: 1_000_000 }));
  const recorded = events.map(({ event }) => (event.kind === 'exchange' ? event.requestId : ''));
  expect(recorded.slice(0, acknowledged.length)).toEqual(acknowledged);
  expect(recorded.length - acknowledged.length).toBeLessThanOrEqual(1);
  expect(await stores.read(keyOf('Cluster', 'production'))).not.toBeNull();
  await close();
});

test('A56: the folder is locked within one process as well, and free once it was closed', async () => {
  const dataDir = await startedFolder();
  const first = await open(dataDir);
  await expect(open(dataDir)).rejects.toMatchObject({ code: 'data_dir_held', holderPid: process.pid });
  await first.close();
  expect(existsSync(join(dataDir, 'lock.pid'))).toBe(false);
  const second = await open(dataDir);
  await second.close();
});

test('PGlite prints nothing, and the PG* variables of the environment lead nowhere', async () => {
  const env = {
    PGHOST: 'elsewhere.invalid',
    PGPORT: '1',
    PGUSER: 'somebody',
    PGDATABASE: 'elsewhere',
    PGSSLMODE: 'require',
    PGOPTIONS: '-c search_path=elsewhere',
  };
  const recorder = startRecorder(await startedFolder(), { env });
  expect(await recorder.nextLine()).toBe('ready');
  expect(await recorder.nextLine()).toBe('r-0');
  expect((await recorder.kill()).stderr).toBe('');
});

test('nobody but the owner can read the folder', async () => {
  const dataDir = join(await temporaryFolder(), 'made', 'on-demand');
  await (await open(dataDir)).close();
  for (const folder of [dataDir, join(dataDir, 'postgres')]) {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
});

test('a first start that was killed half-way is begun again', async () => {
  const dataDir = await temporaryFolder();
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  await writeFile(join(dataDir, 'postgres.unfinished'), '');
  const { stores, close } = await open(dataDir);
  expect((await stores.readSnapshot()).epoch.number).toBe(0);
  await close();
  expect(await readdir(dataDir)).not.toContain('postgres.unfinished');
});

test('a database that does not start is left as it is, with the folder free and nothing told of it', async () => {
  const dataDir = await temporaryFolder();
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  const failure: unknown = await open(dataDir).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UnavailableError);
  expect(failure).toMatchObject({ reason: 'storage_unavailable' });
  expect(await readdir(join(dataDir, 'postgres'))).toContain('PG_VERSION');
  await expect(open(dataDir)).rejects.toBeInstanceOf(UnavailableError);
});

test("PGlite's files are taken from where the caller says, and from nowhere else", async () => {
  const assets = await temporaryFolder();
  const dataDir = await startedFolder();
  const openWithAssets = () =>
    openEmbedded({ dataDir, workerUrl, migrationsDir, assetsDir: pathToFileURL(assets) });
  for (const name of PGLITE_ASSETS) {
    await expect(openWithAssets()).rejects.toMatchObject({ reason: 'storage_unavailable' });
    await cp(join(pgliteDir, name), join(assets, name));
  }
  await (await openWithAssets()).close();
});

test('closing waits for the change and the records that are in flight, and refuses what comes later', async () => {
  const dataDir = await startedFolder();
  const { stores, close } = await open(dataDir);
  const mayEnd = Promise.withResolvers<void>();
  const hasBegun = Promise.withResolvers<Epoch>();
  const changing = stores.change(async (transaction) => {
    hasBegun.resolve(transaction.nextEpoch);
    await mayEnd.promise;
    await transaction.write(sampleCluster('production'));
  });
  const epoch = await hasBegun.promise;
  const recording = [1, 2, 3].map((number) =>
    stores.recordExchange(sampleExchange(`r-${number}`, { epoch })),
  );
  const reading = stores.read(keyOf('Cluster', 'production'));
  const closing = close();
  await expect(stores.recordExchange(sampleExchange('late'))).rejects.toMatchObject({
    reason: 'audit_unavailable',
  });
  mayEnd.resolve();
  await closing;
  await Promise.all([changing, ...recording]);
  expect(await reading).not.toBeNull();
  await expect(stores.readSnapshot()).rejects.toMatchObject({ reason: 'storage_unavailable' });
  await expect(stores.recordExplanation(sampleExplanation('late'))).rejects.toMatchObject({
    reason: 'audit_unavailable',
  });
  await expect(stores.recordRefusals([])).resolves.toBeUndefined();

  const again = await open(dataDir);
  expect(await again.stores.listAuditEvents(auditQuery())).toHaveLength(3);
  expect(await again.stores.read(keyOf('Cluster', 'production'))).not.toBeNull();
  await again.close();
});

test('a worker that dies rejects everyone who waits, and everyone after, and tells nothing of why', async () => {
  const dataDir = await startedFolder();
  const { stores, close } = await openEmbedded({
    dataDir,
    migrationsDir,
    workerUrl: new URL('./crashing-worker.ts', import.meta.url),
  });
  const outcomes = await Promise.allSettled([
    stores.change((transaction) => transaction.read(keyOf('Cluster', 'crash-now'))),
    stores.change((transaction) => transaction.write(sampleCluster('production'))),
    stores.readSnapshot(),
    stores.recordExchange(sampleExchange('r-1')),
  ]);
  const later = await Promise.allSettled([
    stores.read(keyOf('Cluster', 'production')),
    stores.readSnapshot(),
    stores.recordExchange(sampleExchange('r-2')),
    stores.changeSigningKeys(async () => []),
  ]);
  for (const outcome of [...outcomes, ...later]) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(UnavailableError) });
    expect(inspect(outcome, { depth: 20, showHidden: true })).not.toContain('secret');
  }
  await close();
  await (await open(dataDir)).close();
});

test('a database whose migrations are not those that were applied is refused, and a failing one leaves nothing', async () => {
  const dataDir = await startedFolder();
  const ownMigrations = pathToFileURL(join(await temporaryFolder(), 'migrations'));
  await cp(fileURLToPath(migrationsDir), fileURLToPath(ownMigrations), { recursive: true });
  const openWithOwn = () => openEmbedded({ dataDir, workerUrl, migrationsDir: ownMigrations });
  const add = (name: string, text: string) => writeFile(join(fileURLToPath(ownMigrations), name), text);
  await (await openWithOwn()).close();
  const shipped = await readMigrations(fileURLToPath(ownMigrations));
  const next = `${String(shipped.length).padStart(4, '0')}_next.sql`;

  await add(next, 'CREATE TABLE half_made (); SELECT 1 / 0;');
  await expect(openWithOwn()).rejects.toMatchObject({ name: 'UnavailableError' });
  await add(next, 'CREATE TABLE half_made ();');
  await (await openWithOwn()).close();

  await add(next, 'CREATE TABLE half_made (edited text);');
  await expect(openWithOwn()).rejects.toMatchObject({ code: 'migration_edited' });
  await expect(open(dataDir)).rejects.toBeInstanceOf(MigrationError);
  await expect(open(dataDir)).rejects.toMatchObject({ code: 'schema_unknown' });
});
