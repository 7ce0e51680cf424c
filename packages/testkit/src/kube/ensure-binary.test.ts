import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureKubeBinaries } from './ensure-binary.ts';

let folder: string;
const log = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-assets-'));
  for (const variable of ['TEST_ASSET_KUBE_APISERVER', 'TEST_ASSET_ETCD', 'KUBEBUILDER_ASSETS']) {
    vi.stubEnv(variable, '');
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('takes the binaries that envtest names, a single one before the folder', async () => {
  for (const name of ['kube-apiserver', 'etcd', 'other-etcd']) {
    await writeFile(join(folder, name), '', { mode: 0o755 });
  }
  vi.stubEnv('KUBEBUILDER_ASSETS', folder);
  vi.stubEnv('TEST_ASSET_ETCD', join(folder, 'other-etcd'));

  expect(await ensureKubeBinaries({ log })).toEqual({
    kubeApiserver: [join(folder, 'kube-apiserver')],
    etcd: [join(folder, 'other-etcd')],
  });
});

test('builds nothing in place of a binary that was named and is not there', async () => {
  vi.stubEnv('KUBEBUILDER_ASSETS', folder);

  await expect(ensureKubeBinaries({ log })).rejects.toThrow(/kube-apiserver is no executable file/);
});
