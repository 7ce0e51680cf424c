import { readFileSync, type Stats, statfsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/load-config.ts';
import { SECRET_FILE_NAMES } from '../config/secret-file-names.ts';
import { type Finding, finding, ok } from './finding.ts';

const MEBIBYTE = 1024 * 1024;
/** The database cannot write its next files with less. */
const TOO_LITTLE_FREE_BYTES = 64 * MEBIBYTE;
const LITTLE_FREE_BYTES = 1024 * MEBIBYTE;

interface SecretFile {
  readonly name: string;
  readonly form: RegExp;
  /** What to do where it is missing or of another form. */
  readonly put: string;
}

const KEK: SecretFile = {
  name: 'key-encryption key',
  form: /^[\w-]{43}\r?\n?$/,
  put: 'put it back from your backup: it must hold 32 random bytes in base64url',
};
const TOKEN: SecretFile = {
  name: 'admin token',
  form: /^\s*\S{32,}\s*$/,
  put: 'write a random token of at least 32 characters into it',
};

const RUN_BESIDE_IT = 'run this on the machine of the broker, as its user and with its settings';

/**
 * The files of a broker on this machine: its data folder, who has it, the room on its disk, and who else can read its
 * keys. Nothing is opened that the broker locks, so a running one is not disturbed.
 */
export function checkStorage(config: Config, cwd: string): readonly Finding[] {
  if (config.storage.kind !== 'embedded') return checkGivenFiles(config, cwd);
  const dataDir = resolve(cwd, config.storage.dataDir);
  const folder = statOf(dataDir);
  if (folder === null)
    return [finding('unchecked', 'storage', [`there is no data folder ${dataDir} here`, RUN_BESIDE_IT])];
  if (!folder.isDirectory())
    return [
      finding('problem', 'storage', [`${dataDir} is not a folder`, 'name another with SYMBOLON_DATA_DIR']),
    ];
  const kekFile = resolve(cwd, config.kekFile ?? join(dataDir, SECRET_FILE_NAMES.kek));
  const adminTokenFile = resolve(cwd, config.adminTokenFile ?? join(dataDir, SECRET_FILE_NAMES.adminToken));
  return [
    checkFolderMode(dataDir, folder),
    checkHolder(dataDir),
    checkFreeSpace(dataDir),
    ...checkSecretFile(kekFile, KEK),
    ...checkSecretFile(adminTokenFile, TOKEN),
    ...checkCredentialsDir(config, cwd),
  ];
}

/** Beside PostgreSQL there is no data folder: each process has the files that its role needs, and nothing more. */
function checkGivenFiles(config: Config, cwd: string): readonly Finding[] {
  const { kekFile, adminTokenFile } = config;
  return [
    ...(kekFile === null ? [] : checkSecretFile(resolve(cwd, kekFile), KEK)),
    ...(adminTokenFile === null ? [] : checkSecretFile(resolve(cwd, adminTokenFile), TOKEN)),
    ...checkCredentialsDir(config, cwd),
  ];
}

function checkFolderMode(dataDir: string, { mode }: Stats): Finding {
  const fix = `chmod 700 ${dataDir}`;
  if (mode & 0o022)
    return finding('problem', 'storage', [`others can write into the data folder ${dataDir}`, fix]);
  if (mode & 0o055)
    return finding('warning', 'storage', [`others can look into the data folder ${dataDir}`, fix]);
  return ok('storage', `the data folder ${dataDir} is its owner's alone`);
}

function checkHolder(dataDir: string): Finding {
  const pid = Number(readStart(join(dataDir, 'lock.pid')) ?? '');
  if (!Number.isInteger(pid) || pid <= 0) return ok('storage', 'no process has the data folder');
  return ok(
    'storage',
    isRunning(pid)
      ? `process ${pid} has the data folder`
      : `process ${pid} had the data folder and is gone; the next start takes it over`,
  );
}

/** Signal 0 only asks. A process of somebody else's is there too. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function checkFreeSpace(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  return judgeFreeSpace(bavail * bsize);
}

export function judgeFreeSpace(bytes: number): Finding {
  const what = `${Math.floor(bytes / MEBIBYTE)} MiB are free for the data folder`;
  const fix = 'make room on its disk: without any, nothing is recorded, and so nothing is issued';
  if (bytes < TOO_LITTLE_FREE_BYTES) return finding('problem', 'storage', [what, fix]);
  return bytes < LITTLE_FREE_BYTES ? finding('warning', 'storage', [what, fix]) : ok('storage', what);
}

function checkSecretFile(path: string, { name, form, put }: SecretFile): readonly Finding[] {
  const file = statOf(path);
  if (file === null) return [finding('problem', 'storage', [`the ${name} file ${path} is not there`, put])];
  return [checkSecretMode(path, name, file), ...checkSecretForm(path, { name, form, put })];
}

/** A Kubernetes volume of a Secret is often readable by a group: that works, and is worth a look. */
function checkSecretMode(path: string, name: string, { mode }: Stats): Finding {
  const fix = `chmod 600 ${path}, or defaultMode of the volume`;
  if (mode & 0o022) return finding('problem', 'storage', [`others can write the ${name} file ${path}`, fix]);
  if (mode & 0o044) return finding('warning', 'storage', [`others can read the ${name} file ${path}`, fix]);
  return ok('storage', `the ${name} file ${path} is its owner's alone`);
}

function checkSecretForm(path: string, { name, form, put }: SecretFile): readonly Finding[] {
  const text = readStart(path);
  if (text === null)
    return [
      finding('unchecked', 'storage', [`the ${name} file ${path} cannot be read from here`, RUN_BESIDE_IT]),
    ];
  return form.test(text)
    ? []
    : [finding('problem', 'storage', [`the ${name} file ${path} holds no ${name}`, put])];
}

function checkCredentialsDir({ clusterCredentialsDir }: Config, cwd: string): readonly Finding[] {
  if (clusterCredentialsDir === null) return [];
  const path = resolve(cwd, clusterCredentialsDir);
  if (statOf(path)?.isDirectory())
    return [ok('storage', `the folder of cluster credentials ${path} is there`)];
  return [
    finding('problem', 'storage', [
      `the folder of cluster credentials ${path} is not there, so the broker does not start`,
      'make it, or correct SYMBOLON_CLUSTER_CREDENTIALS_DIR',
    ]),
  ];
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function readStart(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').slice(0, 4096);
  } catch {
    return null;
  }
}
