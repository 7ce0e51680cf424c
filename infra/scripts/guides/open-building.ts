import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Postgres } from '@symbolon/testkit/postgres';
import { freeAddress } from './free-address.ts';
import { startKubectl } from './kubectl.ts';
import type { Room } from './run-steps.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** What the guides have and this machine has not: addresses that are free, and folders that nobody else uses. */
const ADDRESSES = [8080, 8081, 8082, 9090, 9091, 9092].map((port) => `127.0.0.1:${port}`);
const POSTGRES = '127.0.0.1:5432';
const ELSEWHERE = 'https://symbolon.example';
const INSTALLED = '/opt/symbolon';
/** What is no link: the launcher loads the program that lies beside it. */
const PROGRAM: ReadonlySet<string> = new Set(['symbolon.js', 'broker.js']);
const POD = '/var/run/secrets/symbolon';

/** The bundle that is shipped, a cluster with a pod in it, and rooms in which guides are followed with both. */
export interface Building {
  /** Empty, or with what is in the folder and the home of another one; with a PostgreSQL where there is one beside it. */
  openRoom(name: string, beside?: { readonly like?: Room; readonly postgres?: Postgres }): Room;
  close(): Promise<void>;
}

/**
 * Builds the bundle, and installs it with other default ports than those that it has: whatever listens on this machine
 * is not in the way. What the guides say is adapted in the same way.
 */
export async function openBuilding(): Promise<Building> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'apps', 'symbolon', 'build.ts')]);
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-guides-'));
  const inFolder = (name: string) => join(folder, name);
  for (const name of ['pod', 'installed', 'programs']) mkdirSync(inFolder(name));
  const here = await replacements({ pod: inFolder('pod'), installed: inFolder('installed') });
  install(inFolder('installed'), (program) => replaced(program, here.inProgram));

  const kubectl = await startKubectl();
  kubectl.install(inFolder('programs'));
  symlinkSync(join(inFolder('installed'), 'symbolon.js'), join(inFolder('programs'), 'symbolon'));
  symlinkSync(process.execPath, join(inFolder('programs'), 'node'));
  writeFileSync(join(inFolder('pod'), 'token'), kubectl.podToken(here.issuer));

  return {
    openRoom(name, { like, postgres } = {}) {
      const part = (what: string) => join(folder, name, what);
      const room = { folder: part('work'), home: part('home'), notes: part('notes') };
      for (const each of Object.values(room)) mkdirSync(each, { recursive: true });
      for (const each of ['folder', 'home'] as const) {
        if (like !== undefined) cpSync(like[each], room[each], { recursive: true });
      }
      const inGuides: Replacements =
        postgres === undefined ? here.inGuides : [...here.inGuides, [POSTGRES, new URL(postgres.url).host]];
      const found: Replacements = [...inGuides, ['/home/you/work', room.folder], ['/home/you', room.home]];
      return {
        ...room,
        compiled: inFolder('compiled'),
        path: [join(room.home, '.local', 'bin'), inFolder('programs'), process.env.PATH].join(delimiter),
        environment: postgres === undefined ? {} : superuserOf(postgres),
        adapt: (code) => replaced(code, inGuides),
        restore: (output) =>
          replaced(
            output,
            found.map(([shown, actual]) => [actual, shown]),
          ),
      };
    },
    async close() {
      await kubectl.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How `psql` gets in as the superuser. */
function superuserOf({ url }: Postgres): Readonly<Record<string, string>> {
  const { hostname, port, username, password } = new URL(url);
  return { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password };
}

/** What stands in a text, and what stands in its place here. */
type Replacements = readonly (readonly [shown: string, actual: string])[];

function replaced(text: string, replacements: Replacements): string {
  return replacements.reduce((done, [from, to]) => done.replaceAll(from, to), text);
}

async function replacements({ pod, installed }: { readonly pod: string; readonly installed: string }) {
  const actual: string[] = [];
  for (const _ of ADDRESSES) actual.push(await freeAddress([...ADDRESSES, POSTGRES, ...actual]));
  const addresses = ADDRESSES.map((address, index) => [address, actual[index] ?? ''] as const);
  const issuer = `http://${actual[0]}`;
  const inProgram: Replacements = [...addresses, [POD, pod]];
  // The last is not taken back from outputs: there the issuer is that of the guide for one machine.
  return {
    issuer,
    inProgram,
    inGuides: [...inProgram, [INSTALLED, installed], [ELSEWHERE, issuer]] as Replacements,
  };
}

/** The bundle as it was built, but for what is replaced in its text. */
function install(folder: string, adapt: (program: string) => string): void {
  const dist = join(ROOT, 'dist');
  for (const name of readdirSync(dist)) {
    const from = join(dist, name);
    const to = join(folder, name);
    if (!PROGRAM.has(name)) {
      symlinkSync(from, to);
      continue;
    }
    writeFileSync(to, adapt(readFileSync(from, 'utf8')));
    chmodSync(to, 0o755);
  }
}
