import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ObjectKey } from '@symbolon/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditQuery, keyOf, sampleCluster } from '../../conformance/samples.ts';
import { migrationsDir, openForTest, useServer, VERSIONS } from './test-support.ts';

/*
 * migrations/PREVIOUS names the commit whose replicas may still run while this version's schema is in place already.
 * Its stores run here as they were.
 */

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../../../../', import.meta.url));
let folder: string;

beforeAll(async () => {
  const commit = (await readFile(new URL('PREVIOUS', migrationsDir), 'utf8')).trim();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'symbolon-previous-')));
  const archive = join(folder, 'previous.tar');
  const git = (...args: string[]) => run('git', args, { cwd: repository });
  const write = () => git('archive', `--output=${archive}`, commit, 'packages/storage', 'packages/core');
  // A shallow clone does not have it; whoever the clone is of does.
  const fetchAndWrite = () => git('fetch', '--depth=1', 'origin', commit).then(write);
  await write()
    .catch(fetchAndWrite)
    .catch(() => {
      throw new Error(
        `commit ${commit}, which migrations/PREVIOUS names, is not in this clone: run \`git fetch --unshallow origin\``,
      );
    });
  await run('tar', ['-xf', archive, '-C', folder]);
  await linkDependencies(['drizzle-orm', 'pg']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Its own core, and of what is not ours the versions that this one has. */
async function linkDependencies(names: readonly string[]): Promise<void> {
  const modules = join(folder, 'packages/storage/node_modules');
  await mkdir(join(modules, '@symbolon'), { recursive: true });
  await symlink(join(folder, 'packages/core'), join(modules, '@symbolon/core'));
  for (const name of names) {
    const installed = await realpath(join(repository, 'packages/storage/node_modules', name));
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(installed, join(modules, name));
  }
}

const byKind = (left: ObjectKey, right: ObjectKey) => (left.kind < right.kind ? -1 : 1);

describe.each(VERSIONS)('PostgreSQL %s', (version) => {
  const server = useServer(version);

  test('the previous version goes on running on the schema of this one, under the roles, and each reads the other', async () => {
    const { database, all } = server();
    const url = all.urlOf(database);
    const { stores } = await openForTest(url);
    await stores.change(async (transaction) => {
      await transaction.write(sampleCluster('of-this-version'));
      await transaction.writeClusterCredential('of-this-version', 'sealed');
    });
    const key = { kid: 'k', algorithm: 'ES256', state: 'current', publicJwk: { kty: 'EC' } } as const;
    const times = { createdAtMs: 1, publishedAtMs: null, activatedAtMs: null, retiredAtMs: null };
    await stores.changeSigningKeys(async () => [{ ...key, sealedPrivateKey: 'sealed', ...times }]);
    const before = await stores.readEpoch();

    const script = fileURLToPath(new URL('./run-previous-version.ts', import.meta.url));
    const { stderr } = await run(process.execPath, [script, folder, url]);
    expect(stderr).toBe('');

    const changes = await stores.readChanges(before);
    expect(changes?.written.map((object) => object.key).toSorted(byKind)).toEqual([
      keyOf('Cluster', 'of-the-previous'),
      keyOf('IdentitySystem', 'sys'),
      keyOf('MappingRule', 'allow', 'sys'),
    ]);
    expect(await stores.readClusterCredential('of-the-previous')).toBe('sealed-too');
    expect(await stores.readSigningKeys()).toMatchObject([{ kid: 'k', state: 'previous', retiredAtMs: 7 }]);
    expect(await stores.listAuditEvents(auditQuery())).toMatchObject([
      { event: { requestId: 'of-the-previous', epoch: changes?.epoch } },
    ]);
  });
});
