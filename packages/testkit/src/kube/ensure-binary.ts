import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBuildLock } from './build-lock.ts';
import { cacheRoot } from './cache-root.ts';
import { ensureGo, type Go } from './ensure-go.ts';
import { type Log, logToStderr } from './log.ts';

const MODULE_DIR = fileURLToPath(new URL('../../kube-apiserver/', import.meta.url));
const VERSION_PACKAGE = 'k8s.io/component-base/version';
const PROGRESS_EVERY_MS = 30_000;

/** How to start each server: a program, and the arguments that come before its flags. */
export interface KubeBinaries {
  kubeApiserver: string[];
  etcd: string[];
}

/**
 * Finds the two servers: those that envtest's variables name (`TEST_ASSET_KUBE_APISERVER`, `TEST_ASSET_ETCD`,
 * `KUBEBUILDER_ASSETS`), else one binary that is both, built from `kube-apiserver/` into a cache outside the
 * work tree. The first build downloads 85 MB and takes minutes. Throws when it cannot be had; never skips.
 */
export async function ensureKubeBinaries({ log }: { log: Log }): Promise<KubeBinaries> {
  const kubeApiserver = await givenBinary('TEST_ASSET_KUBE_APISERVER', 'kube-apiserver');
  const etcd = await givenBinary('TEST_ASSET_ETCD', 'etcd');
  if (kubeApiserver && etcd) return { kubeApiserver: [kubeApiserver], etcd: [etcd] };

  const built = await ensureBuilt(log);
  return {
    kubeApiserver: kubeApiserver ? [kubeApiserver] : [built, 'kube-apiserver'],
    etcd: etcd ? [etcd] : [built, 'etcd'],
  };
}

async function givenBinary(variable: string, name: string): Promise<string | undefined> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  const path = process.env[variable] || (assets && join(assets, name));
  if (!path) return undefined;
  if (await isExecutable(path)) return path;
  throw new Error(`${path} is no executable file: correct ${variable} or KUBEBUILDER_ASSETS, or unset them`);
}

async function ensureBuilt(log: Log): Promise<string> {
  const go = await ensureGo({ moduleDir: MODULE_DIR, log });
  const folder = join(cacheRoot(), `kube-${await buildKey(go)}`);
  const binary = join(folder, 'symbolon-kube');
  if (await isExecutable(binary)) return binary;

  await mkdir(folder, { recursive: true });
  return withBuildLock(join(folder, 'build.lock'), log, async () => {
    // Another process may have built it while this one waited.
    if (!(await isExecutable(binary))) await build(go, binary, log);
    return binary;
  });
}

async function buildKey(go: Go): Promise<string> {
  const hash = createHash('sha256').update(`${go.version} ${process.platform} ${process.arch}\n`);
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(await readFile(join(MODULE_DIR, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Builds beside the place and renames, so that a binary that is there is whole. */
async function build(go: Go, binary: string, log: Log): Promise<void> {
  const unfinished = `${binary}.${process.pid}.tmp`;
  const startedAt = Date.now();
  log('building kube-apiserver and etcd: once per machine, about 7 minutes on 2 cores');
  const progress = setInterval(() => {
    log(`still building kube-apiserver and etcd (${secondsSince(startedAt)} s)`);
  }, PROGRESS_EVERY_MS);
  try {
    await goBuild(go, unfinished);
    await rename(unfinished, binary);
  } finally {
    clearInterval(progress);
    await rm(unfinished, { force: true });
  }
  log(`built kube-apiserver and etcd in ${secondsSince(startedAt)} s: ${binary}`);
}

async function goBuild(go: Go, output: string): Promise<void> {
  const goMod = await readFile(join(MODULE_DIR, 'go.mod'), 'utf8');
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/.exec(goMod) ?? [];
  const stamps = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const flags = Object.entries(stamps).map(([name, value]) => `-X ${VERSION_PACKAGE}.${name}=${value}`);
  // Its output goes to our stderr, so that a failing download or compilation says itself what is wrong.
  const child = spawn(
    go.command,
    ['build', '-trimpath', '-buildvcs=false', '-ldflags', ['-s -w', ...flags].join(' '), '-o', output, '.'],
    { cwd: MODULE_DIR, env: go.env, stdio: ['ignore', 2, 2] },
  );
  const stopWithParent = () => child.kill('SIGKILL');
  process.once('exit', stopWithParent);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.off('exit', stopWithParent);
  if (code !== 0) throw new Error(`go build of kube-apiserver and etcd failed (exit code ${code})`);
}

function secondsSince(startMs: number): number {
  return Math.round((Date.now() - startMs) / 1_000);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) {
  const { kubeApiserver, etcd } = await ensureKubeBinaries({ log: logToStderr });
  process.stdout.write(`${kubeApiserver.join(' ')}\n${etcd.join(' ')}\n`);
}
