import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../certificates.ts';
import { createHttpsClient, type HttpsClient } from '../https-client.ts';
import type { SigningKey } from '../signing-key.ts';
import { ensureKubeBinaries } from './ensure-binary.ts';
import { completeSigning, type SigningOptions, serverFlags, signingFlags } from './kube-apiserver-flags.ts';
import { createKubeClient, type KubeClient } from './kube-client.ts';
import { createKubeRest } from './kube-rest.ts';
import { type Log, logToStderr } from './log.ts';
import { findFreePort, retryOnPortClash, runServer, type ServerProcess } from './run-server.ts';
import { startEtcd } from './start-etcd.ts';

const READY_PROBE_TIMEOUT_MS = 2_000;

export interface KubeApiserverOptions extends SigningOptions {
  /** Its URL. Default: an etcd of its own, stopped together with it. */
  etcd?: { url: string };
  /** Where in etcd it keeps its objects. Default: a place of its own; two servers may share one. */
  etcdPrefix?: string;
  /** Further flags, such as `--anonymous-auth=false`. */
  flags?: readonly string[];
  /** Default: standard error. Speaks only while the binary is built. */
  log?: Log;
}

/** A real API server on loopback. It is a client of itself, as administrator. */
export interface KubeApiserver extends KubeClient {
  /** Such as `https://127.0.0.1:34567`. */
  url: string;
  /** The CA of its certificate. */
  caPem: string;
  /** A static token in `system:masters`. */
  adminToken: string;
  /** That it signs with now. */
  issuer(): string;
  /** That it signs with now: sign shorter or odd tokens with it. */
  signingKey(): SigningKey;
  etcdPrefix: string;
  /** The last lines that it wrote. */
  logTail(): string;
  /** Freezes it: connections stay open and nothing is answered, until `resume`. */
  pause(): void;
  resume(): void;
  /** Down, at once: connections are refused until `restart`. */
  kill(): Promise<void>;
  /** The same URL, CA, admin token and objects; what is given of the signing changes. Takes 2–4 s. */
  restart(changes?: SigningOptions): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

/** Ready in 2–4 s, once the binary is there. Throws with the tail of the server's log when it does not start. */
export async function startKubeApiserver(options: KubeApiserverOptions = {}): Promise<KubeApiserver> {
  const { log = logToStderr } = options;
  const binaries = await ensureKubeBinaries({ log });
  const ownEtcd = options.etcd ? undefined : await startEtcd({ log });
  const etcdUrl = options.etcd?.url ?? ownEtcd?.url ?? '';
  try {
    const server = await retryOnPortClash(() => startOnce(binaries.kubeApiserver, etcdUrl, options));
    return {
      ...server,
      stop: async () => {
        await server.stop();
        await ownEtcd?.stop();
      },
    };
  } catch (error) {
    await ownEtcd?.stop();
    throw error;
  }
}

async function startOnce(
  command: readonly string[],
  etcdUrl: string,
  options: KubeApiserverOptions,
): Promise<KubeApiserver> {
  const { flags = [], etcdPrefix = `/registry-${randomBytes(6).toString('hex')}` } = options;
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-kube-'));
  const port = await findFreePort();
  const url = `https://127.0.0.1:${port}`;
  const adminToken = randomBytes(24).toString('base64url');
  const caPem = await writeServerFiles(folder, adminToken);
  const https = createHttpsClient({ url, caPem });
  const dispose = async () => {
    https.close();
    await rm(folder, { recursive: true, force: true });
  };

  let signing = completeSigning(options, url);
  const start = async (): Promise<ServerProcess> => {
    const fixed = serverFlags({ folder, port, etcdUrl, etcdPrefix });
    const argv = [...command, ...fixed, ...(await signingFlags(folder, signing)), ...flags];
    return runServer({ name: 'kube-apiserver', argv, isReady: () => isKubeApiserverReady(https) });
  };
  let server: ServerProcess;
  try {
    server = await start();
  } catch (error) {
    await dispose();
    throw error;
  }

  return {
    ...createKubeClient(createKubeRest({ https, adminToken })),
    url,
    caPem,
    adminToken,
    etcdPrefix,
    issuer: () => signing.issuers[0],
    signingKey: () => signing.signingKey,
    logTail: () => server.logTail(),
    pause: () => server.pause(),
    resume: () => server.resume(),
    kill: () => server.kill(),
    restart: async (changes = {}) => {
      await server.kill();
      signing = completeSigning({ ...signing, ...changes }, url);
      server = await start();
    },
    stop: async () => {
      await server.kill();
      await dispose();
    },
  };
}

/** Returns the CA's certificate. */
async function writeServerFiles(folder: string, adminToken: string): Promise<string> {
  const authority = await createCertificateAuthority('Test cluster');
  const { certPem, keyPem } = await authority.issueServerCertificate();
  await writeFile(join(folder, 'server.crt'), certPem);
  await writeFile(join(folder, 'server.key'), keyPem, { mode: 0o600 });
  await writeFile(join(folder, 'tokens.csv'), `${adminToken},admin,admin-uid,"system:masters"\n`, {
    mode: 0o600,
  });
  return authority.certPem;
}

async function isKubeApiserverReady(https: HttpsClient): Promise<boolean> {
  try {
    return (
      (await https.send({ path: '/readyz', signal: AbortSignal.timeout(READY_PROBE_TIMEOUT_MS) })).status ===
      200
    );
  } catch {
    return false; // Not listening yet.
  }
}
