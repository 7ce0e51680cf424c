import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Epoch, UnavailableError } from '@symbolon/core';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openEmbedded } from './open-embedded.ts';
import { openFolder } from './open-folder.ts';
import { migrationsDir, startRecorder, temporaryFolder, useAssets, workerUrl } from './test-support.ts';
import { TEMPLATE_FILE, unpackTemplate } from './unpack-template.ts';

/* The first start of a built program, which unpacks a database where one of the tree has it made. */

const assets = useAssets();

interface Identity {
  readonly epoch: Epoch;
  readonly systemIdentifier: unknown;
  /** How many every table has. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Opens a folder, and says by what it is told apart from others. */
async function identityOf(dataDir: string): Promise<Identity> {
  const folder = await openFolder({ dataDir, workerUrl, assetsDir: assets() });
  const ask = async (query: string) =>
    (await folder.database.run((statements) => statements.execute(sql.raw(query)))).rows;
  const [epoch] = await ask('SELECT number::integer, id FROM epoch');
  const [control] = await ask('SELECT system_identifier::text AS id FROM pg_control_system()');
  const tables = await ask("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
  const rows: Record<string, number> = {};
  for (const name of tables.map((table) => String(table.name))) {
    const [counted] = await ask(`SELECT count(*)::integer AS count FROM "${name}"`);
    rows[name] = Number(counted?.count);
  }
  await folder.close();
  return { epoch: epoch as unknown as Epoch, systemIdentifier: control?.id, rows };
}

/** The template as it is: a folder that holds it, and is not one of a first start. */
async function identityOfTemplate(): Promise<Identity> {
  const dataDir = await temporaryFolder();
  await mkdir(join(dataDir, 'postgres'));
  await unpackTemplate(templateFile(), join(dataDir, 'postgres'));
  return identityOf(dataDir);
}

const templateFile = () => fileURLToPath(new URL(TEMPLATE_FILE, assets()));
const open = (dataDir: string, assetsDir = assets()) =>
  openEmbedded({ dataDir, workerUrl, migrationsDir, assetsDir });

test('two installations share neither an epoch id nor the number of their PostgreSQL, and keep theirs', async () => {
  const folders = [await temporaryFolder(), await temporaryFolder()];
  const all = [await identityOfTemplate()];
  for (const dataDir of folders) all.push(await identityOf(dataDir));
  expect(all.map(({ epoch }) => epoch.number)).toEqual([0, 0, 0]);
  expect(new Set(all.map(({ epoch }) => epoch.id)).size).toBe(3);
  expect(new Set(all.map(({ systemIdentifier }) => systemIdentifier)).size).toBe(3);
  expect(await identityOf(folders[0] ?? '')).toEqual(all[1]);
});

test('the template holds the schema and the first epoch, and nothing else that installations could share', async () => {
  const { rows } = await identityOfTemplate();
  const shipped = (await readdir(migrationsDir)).filter((name) => name.endsWith('.sql'));
  const filled = Object.entries(rows).filter(([, count]) => count > 0);
  expect(Object.fromEntries(filled)).toEqual({ applied_migrations: shipped.length, epoch: 1 });
});

test('what is unpacked is for the owner alone, and the folder too', async () => {
  const dataDir = join(await temporaryFolder(), 'made');
  await (await open(dataDir)).close();
  for (const folder of [dataDir, join(dataDir, 'postgres'), join(dataDir, 'postgres', 'base')]) {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
  expect((await stat(join(dataDir, 'postgres', 'PG_VERSION'))).mode & 0o777).toBe(0o600);
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  ['damaged', (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)))],
  ['cut short', (bytes) => bytes.subarray(0, -1)],
  ['empty', () => Buffer.alloc(0)],
])('a template that is %s is refused with its name, and a whole one is then unpacked', async (_, damage) => {
  const broken = pathToFileURL(`${await temporaryFolder()}/`);
  await cp(assets(), broken, { recursive: true });
  const file = fileURLToPath(new URL(TEMPLATE_FILE, broken));
  await writeFile(file, damage(await readFile(file)));
  const dataDir = await temporaryFolder();
  await expect(open(dataDir, broken)).rejects.toMatchObject({
    name: 'UnavailableError',
    message: `the database template ${file} is missing or damaged: install the program again`,
  });
  await (await open(dataDir)).close();
});

test.each([
  ['before it unpacked anything', 'lock'],
  ['while it unpacked', join('postgres', 'base', '5')],
  ['when nearly all was unpacked', join('postgres', 'postgresql.conf')],
])('a first start that is killed %s is begun again', async (_, seen) => {
  const dataDir = await temporaryFolder();
  const recorder = startRecorder(dataDir, { assetsDir: assets() });
  while (!existsSync(join(dataDir, seen))) await setImmediate();
  await recorder.kill();
  const { epoch } = await identityOf(dataDir);
  expect(epoch.id).not.toBe((await identityOfTemplate()).epoch.id);
  expect(await readdir(dataDir)).not.toContain('postgres.unfinished');
});

test('a first start that ended before the database had an epoch of its own is begun again', async () => {
  const dataDir = await temporaryFolder();
  const crashing = { workerUrl: new URL('./crashing-worker.ts', import.meta.url), assetsDir: assets() };
  await expect(openFolder({ dataDir, ...crashing })).rejects.toBeInstanceOf(UnavailableError);
  expect(await readdir(dataDir)).not.toContain('lock.pid');
  const { epoch } = await identityOf(dataDir);
  expect(epoch.id).not.toBe((await identityOfTemplate()).epoch.id);
});
