import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what tests build and install once a machine is kept, outside the work tree. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'symbolon');
}
