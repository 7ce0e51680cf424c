import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

const MAX_FILE_BYTES = 65_536;
const TOKEN = /^[\x21-\x7e]+$/;

/** The file of a token that must lie in a folder. Links are resolved before that is judged, and what was judged is read. */
export async function resolveWithin(folder: string, path: string): Promise<string> {
  const realFolder = await realpath(folder);
  const realFile = await realpath(resolve(realFolder, path));
  if (!realFile.startsWith(realFolder + sep)) throw new Error('outside the folder');
  return realFile;
}

/** A bearer token, read anew each time: whoever projects the file replaces it before the token expires. */
export async function readTokenFile(path: string): Promise<string> {
  const token = (await readSmallFile(path)).trim();
  if (!TOKEN.test(token)) throw new Error('not a token');
  return token;
}

/** `O_NONBLOCK`, so that a named pipe is refused and not waited for. */
export async function readSmallFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES) throw new Error('not a small file');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
