import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isJsonObject, parseJson } from '@symbolon/core';

/**
 * Puts a credential into a file that only the owner can read, by renaming: whoever reads sees the old one or the new
 * one, never half of one, even if this process is killed. Null: done; else why not, in words without its content.
 */
export async function writeCredentialFile(path: string, text: string): Promise<string | null> {
  const problem = await judgeCredentialFile(path);
  if (problem !== null) return problem;
  // In the same folder, for a rename does not cross file systems; `wx` follows no link that somebody put there.
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    return null;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    return `${path} cannot be written (${codeOf(error)})`;
  }
}

/**
 * Null where a credential may be put. What is no regular file is refused: renaming would replace a link or a device,
 * and leave what it leads to as it was.
 */
export async function judgeCredentialFile(path: string): Promise<string | null> {
  try {
    const found = await lstat(path);
    return found.isFile()
      ? null
      : `${path} is not a regular file: name the file itself, not a link or a folder`;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? null : `${path} cannot be looked at (${codeOf(error)})`;
  }
}

/**
 * When the credential that is there expires, Unix milliseconds; null where there is none that says so. It is read from
 * the JWT itself, which every format holds; nothing is proven of it, nor needs to be of one's own file.
 */
export async function readCredentialExpiry(path: string): Promise<number | null> {
  if ((await judgeCredentialFile(path)) !== null) return null;
  const text = await readFile(path, 'utf8').catch(() => '');
  const payload = /eyJ[\w-]+\.([\w-]+)\./.exec(text)?.[1] ?? '';
  const parsed = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const exp = parsed.kind === 'parsed' && isJsonObject(parsed.value) ? parsed.value.exp : undefined;
  return typeof exp === 'number' && Number.isSafeInteger(exp * 1000) ? exp * 1000 : null;
}

/** Takes it away; false where that fails. One that is gone already is no failure. */
export async function removeCredentialFile(path: string): Promise<boolean> {
  return rm(path, { force: true }).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
