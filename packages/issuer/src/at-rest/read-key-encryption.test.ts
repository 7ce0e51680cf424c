import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyEncryption } from './key-encryption.ts';
import { readKeyEncryption } from './read-key-encryption.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-kek-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(content: string | Buffer): Promise<string> {
  const path = join(folder, randomBytes(8).toString('hex'));
  await writeFile(path, content);
  return path;
}

const key = Buffer.alloc(32, 0xa7);
const encoded = key.toString('base64url');

test.each(['', '\n', '\r\n'])('reads 32 bytes in base64url, and %j after them', async (lineEnd) => {
  const read = await readKeyEncryption(await fileWith(encoded + lineEnd));
  expect(read.fingerprint).toBe(createKeyEncryption(key).fingerprint);
});

describe('A50: refuses what is no key, and says nothing of what the file holds', () => {
  // The last character holds four bits of the key and two to spare, which a decoder drops.
  const anotherSpelling = `${encoded.slice(0, -1)}${String.fromCharCode(encoded.charCodeAt(42) + 1)}`;
  test('though it decodes to 32 bytes', () => {
    expect(Buffer.from(anotherSpelling, 'base64url')).toStrictEqual(key);
  });
  test.each([
    ['an empty file', ''],
    ['a short key', encoded.slice(0, -1)],
    ['a long key', `${encoded}A`],
    ['padding', `${encoded}=`],
    ['another spelling of the same bytes', anotherSpelling],
    ['standard base64', `${'+/'.repeat(21)}A`],
    ['hexadecimal', key.toString('hex')],
    ['raw bytes', key],
    ['a space before', ` ${encoded}`],
    ['two line ends', `${encoded}\n\n`],
    ['more lines', `${encoded}\n${'x'.repeat(1_000_000)}`],
  ])('%s', async (_what, content) => {
    const path = await fileWith(content);
    const error: unknown = await readKeyEncryption(path).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'AtRestError', code: 'key_encryption_key_malformed' });
    expect(inspect(error)).toContain(path);
    expect(inspect(error, { showHidden: true })).not.toContain(encoded.slice(0, 20));
  });
});

test('a missing file is told from one that holds no key', async () => {
  const path = join(folder, 'missing');
  await expect(readKeyEncryption(path)).rejects.toMatchObject({
    code: 'key_encryption_key_unreadable',
    message: `the key-encryption key file ${path} cannot be read (ENOENT)`,
  });
});
