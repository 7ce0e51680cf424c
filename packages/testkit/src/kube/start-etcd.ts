import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKubeBinaries } from './ensure-binary.ts';
import { type Log, logToStderr } from './log.ts';
import { findFreePort, retryOnPortClash, runServer } from './run-server.ts';

const READY_PROBE_TIMEOUT_MS = 2_000;

/** An etcd that holds its data in a temporary folder and does not wait for the disk. */
export interface Etcd {
  /** Such as `http://127.0.0.1:34567`. */
  url: string;
  /** Kills it and removes its data. */
  stop(): Promise<void>;
}

/** Ready in about a second. One serves any number of API servers. */
export async function startEtcd({ log = logToStderr }: { log?: Log } = {}): Promise<Etcd> {
  const { etcd } = await ensureKubeBinaries({ log });
  return retryOnPortClash(() => startOnce(etcd));
}

async function startOnce(etcd: readonly string[]): Promise<Etcd> {
  const dataDir = await mkdtemp(join(tmpdir(), 'symbolon-etcd-'));
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const peerUrl = `http://127.0.0.1:${await findFreePort()}`;
  try {
    const server = await runServer({
      name: 'etcd',
      argv: [...etcd, ...etcdFlags({ dataDir, url, peerUrl })],
      isReady: () => isEtcdReady(url),
    });
    return {
      url,
      stop: async () => {
        await server.kill();
        await removeData();
      },
    };
  } catch (error) {
    await removeData();
    throw error;
  }
}

function etcdFlags({ dataDir, url, peerUrl }: { dataDir: string; url: string; peerUrl: string }): string[] {
  return [
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

async function isEtcdReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // Not listening yet.
  }
}
