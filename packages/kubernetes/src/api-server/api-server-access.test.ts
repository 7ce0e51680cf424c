import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer, ClusterCredential } from '@symbolon/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { type ApiServerAccessDeps, createAccessApiServer } from './api-server-access.ts';

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'symbolon-credentials-'));
  folder = join(root, 'clusters');
  await mkdir(folder);
  await writeFile(join(folder, 'token'), 'file-token\n');
  await writeFile(join(root, 'token'), 'other-token');
  await writeFile(join(root, 'ca.crt'), 'POD CA\n');
});

afterAll(() => rm(root, { recursive: true }));

const access = (
  { credential, ...changes }: Partial<ApiServer> & { credential?: ClusterCredential },
  deps: Partial<ApiServerAccessDeps> = {},
) =>
  createAccessApiServer({
    readClusterToken: async () => null,
    clusterCredentialsDir: folder,
    inCluster: null,
    ...deps,
  })(
    clusterFixture({
      apiServer: {
        url: 'https://api.test:6443',
        ...changes,
        ...(credential !== undefined && { credential }),
      },
    }),
  );

const unavailable = expect.objectContaining({ reason: 'cluster_keys_unavailable' });

describe('createAccessApiServer', () => {
  test('S94: shows nothing to an API server for which no credential was given', async () => {
    expect(await access({ caBundle: 'PEM' })).toEqual({
      origin: 'https://api.test:6443',
      ca: 'PEM',
      bearer: null,
    });
  });

  test('refuses a cluster that names no API server', async () => {
    const noServer = createAccessApiServer({
      readClusterToken: async () => null,
      clusterCredentialsDir: null,
      inCluster: null,
    });
    await expect(noServer(clusterFixture())).rejects.toEqual(unavailable);
  });
});

describe('a stored token', () => {
  const credential = { kind: 'token', fingerprint: 'aaaa' } as const;

  test('S94: is shown where it is the one that the configuration names', async () => {
    const readClusterToken = async (cluster: string) => ({
      token: `token of ${cluster}`,
      fingerprint: 'aaaa',
    });
    expect(await access({ credential }, { readClusterToken })).toMatchObject({ bearer: 'token of prod-eu' });
  });

  test('A59: is not shown to the URL of another revision than the one it was given for', async () => {
    const readClusterToken = async () => ({ token: 'newer', fingerprint: 'bbbb' });
    await expect(access({ credential }, { readClusterToken })).rejects.toEqual(unavailable);
    const cleared = { kind: 'token', fingerprint: null } as const;
    await expect(access({ credential: cleared }, { readClusterToken })).rejects.toEqual(unavailable);
  });

  test('is our trouble where it is missing', async () => {
    await expect(access({ credential })).rejects.toEqual(unavailable);
  });
});

describe('a token file', () => {
  const tokenFile = (path: string, deps: Partial<ApiServerAccessDeps> = {}) =>
    access({ credential: { kind: 'tokenFile', path } }, deps);

  test('S95: is read anew each time, for it is replaced before its token expires', async () => {
    expect(await tokenFile('token')).toMatchObject({ bearer: 'file-token' });
    await writeFile(join(folder, 'token'), 'next-token');
    expect(await tokenFile(join(folder, 'token'))).toMatchObject({ bearer: 'next-token' });
  });

  test('S95: is followed through the links of a projected volume', async () => {
    await mkdir(join(folder, '..2026_11_23'));
    await writeFile(join(folder, '..2026_11_23', 'projected'), 'projected-token');
    await symlink('..2026_11_23', join(folder, '..data'));
    await symlink('..data/projected', join(folder, 'projected'));
    expect(await tokenFile('projected')).toMatchObject({ bearer: 'projected-token' });
  });

  test('A59: is refused outside the folder of cluster credentials, by path or by link', async () => {
    await symlink(join(root, 'token'), join(folder, 'link'));
    await symlink(root, join(folder, 'up'));
    await mkdir(join(root, 'clusters-2'));
    await writeFile(join(root, 'clusters-2', 'token'), 'neighbour');
    const paths = [
      '../token',
      join(root, 'token'),
      'link',
      'up/token',
      '/etc/hostname',
      '../clusters-2/token',
      '.',
      '',
    ];
    for (const path of paths) await expect(tokenFile(path)).rejects.toEqual(unavailable);
  });

  test('A59: is refused where no folder is configured', async () => {
    await expect(tokenFile(join(folder, 'token'), { clusterCredentialsDir: null })).rejects.toEqual(
      unavailable,
    );
  });

  test('is refused when it is missing, no token, too large, a folder or a pipe; the message repeats nothing of it', async () => {
    await writeFile(join(folder, 'words'), 'secret words');
    await writeFile(join(folder, 'lines'), 'secret\r\nX-Injected: 1');
    await writeFile(join(folder, 'empty'), '');
    await writeFile(join(folder, 'large'), 'x'.repeat(65_537));
    await mkdir(join(folder, 'subfolder'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const path of ['missing', 'words', 'lines', 'empty', 'large', 'subfolder', 'pipe']) {
      const error = await tokenFile(path).catch((thrown: unknown) => thrown);
      expect(error).toEqual(unavailable);
      expect(String(error)).not.toMatch(/secret|words|lines/);
    }
  });
});

describe('the credential of the pod', () => {
  const own = () => ({
    url: 'https://10.96.0.1:443',
    caFile: join(root, 'ca.crt'),
    tokenFile: join(root, 'token'),
  });
  const inCluster = (
    changes: Partial<ApiServer>,
    deps: Partial<ApiServerAccessDeps> = { inCluster: own() },
  ) => access({ credential: { kind: 'inCluster' }, ...changes }, deps);

  test('is shown to the API server of the pod, under the CA that the pod was given', async () => {
    const expected = { origin: 'https://10.96.0.1', ca: 'POD CA\n', bearer: 'other-token' };
    expect(await inCluster({ url: 'https://10.96.0.1' })).toEqual(expected);
    expect(await inCluster({ url: 'https://10.96.0.1:443/', caBundle: 'POD CA' })).toEqual(expected);
  });

  test('A59: is shown to no other URL and under no other CA', async () => {
    for (const url of [
      'https://10.96.0.2',
      'https://10.96.0.1:6443',
      'http://10.96.0.1:443',
      'https://attacker.test',
    ]) {
      await expect(inCluster({ url })).rejects.toEqual(unavailable);
    }
    await expect(inCluster({ url: own().url, caBundle: 'OTHER CA' })).rejects.toEqual(unavailable);
  });

  test('is our trouble outside a pod, and where its files are gone', async () => {
    await expect(inCluster({ url: own().url }, { inCluster: null })).rejects.toEqual(unavailable);
    const gone = { ...own(), tokenFile: join(root, 'gone') };
    await expect(inCluster({ url: own().url }, { inCluster: gone })).rejects.toEqual(unavailable);
  });
});
