import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');

/** Builds what is shipped, and says where it is. */
export async function buildProgram(): Promise<string> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'apps', 'symbolon', 'build.ts')], { cwd: ROOT });
  return join(ROOT, 'dist', 'symbolon.js');
}
