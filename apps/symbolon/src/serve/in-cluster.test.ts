import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findInCluster } from './in-cluster.ts';

const POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-in-cluster-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a pod is told its API server, over IPv6 too', () => {
  writeFileSync(join(folder, 'ca.crt'), 'a CA');
  writeFileSync(join(folder, 'token'), 'a token');
  expect(findInCluster(POD, folder)).toEqual({
    url: 'https://10.0.0.1:6443',
    caFile: join(folder, 'ca.crt'),
    tokenFile: join(folder, 'token'),
  });
  expect(findInCluster({ KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder)?.url).toBe('https://[fd00::1]:443');
});

test('outside of a cluster, and in a pod without a credential of its own, there is none', () => {
  expect(findInCluster(POD, folder)).toBeNull();
  writeFileSync(join(folder, 'ca.crt'), 'a CA');
  expect(findInCluster(POD, folder)).toBeNull();
  writeFileSync(join(folder, 'token'), 'a token');
  expect(findInCluster({}, folder)).toBeNull();
});
