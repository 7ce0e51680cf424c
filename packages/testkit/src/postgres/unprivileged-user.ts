import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whom PostgreSQL's programs run as. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or else as `nobody`. Null: as whoever we are. */
export async function unprivilegedUser(): Promise<UnprivilegedUser | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const user = await idsOf(name);
    if (user !== null) return user;
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}

async function idsOf(name: string): Promise<UnprivilegedUser | null> {
  const id = promisify(execFile);
  try {
    const [uid, gid] = await Promise.all([id('id', ['-u', name]), id('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null; // There is no such user.
  }
}
