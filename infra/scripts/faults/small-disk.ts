import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Postgres, TestDatabase } from '@symbolon/testkit/postgres';

const run = promisify(execFile);

const DISK_BYTES = 32 * 1024 * 1024;

/** A disk of some MiB that holds the audit trail of one database. */
export interface SmallDisk {
  /** What stands for the disk. */
  readonly kind: 'a tmpfs that is full' | 'a trigger that raises 53100';
  fill(): Promise<void>;
  empty(): Promise<void>;
  /** After the server has gone. */
  remove(): Promise<void>;
}

/**
 * Puts the audit trail on a real disk of its own where this machine lets us mount one. Elsewhere a full disk is played:
 * by the error that PostgreSQL gives for one (53100), at the moment in which it would.
 */
export async function giveAuditSmallDisk(postgres: Postgres, database: TestDatabase): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-small-disk-'));
  const isMounted = await run('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${DISK_BYTES},mode=0777`,
    'tmpfs',
    folder,
  ]).then(
    () => true,
    () => false,
  );
  if (!isMounted) {
    await rm(folder, { recursive: true });
    return playSmallDisk(postgres, database);
  }
  const remove = async () => {
    await run('umount', [folder]);
    await rm(folder, { recursive: true });
  };
  try {
    await moveAudit(join(folder, 'space'), { postgres, database });
  } catch (error) {
    await remove();
    throw error;
  }
  const filler = join(folder, 'filler');
  return {
    kind: 'a tmpfs that is full',
    // Larger than the disk, so that not all of it finds room.
    fill: () => writeFile(filler, Buffer.alloc(2 * DISK_BYTES)).catch(() => undefined),
    empty: () => rm(filler),
    remove,
  };
}

async function moveAudit(
  folder: string,
  { postgres, database }: { readonly postgres: Postgres; readonly database: TestDatabase },
): Promise<void> {
  const { execute } = postgres;
  const tablespace = `small_${database.name}`;
  // The server takes only a folder of its own, and it alone knows who it runs as.
  await execute(`COPY (SELECT) TO PROGRAM 'cat && mkdir -m 700 ${folder}'`);
  await execute(`CREATE TABLESPACE ${tablespace} LOCATION '${folder}'`);
  await execute(`ALTER TABLE audit_events SET TABLESPACE ${tablespace}`, database.url);
}

function playSmallDisk({ execute }: Postgres, { url }: TestDatabase): SmallDisk {
  return {
    kind: 'a trigger that raises 53100',
    fill: () =>
      execute(
        `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER disk_full BEFORE INSERT ON audit_events EXECUTE FUNCTION disk_full()`,
        url,
      ),
    empty: () => execute('DROP FUNCTION disk_full CASCADE', url),
    remove: async () => undefined,
  };
}
