import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/*
 * A folder as one file: Zstandard (RFC 8878) around the length of the index (four bytes, little-endian), the index in
 * JSON, and what stands in the files, one after the other.
 */

interface Entry {
  /** Below the folder, with `/` between its parts; what lies in a folder comes after it. */
  readonly path: string;
  /** Bytes of a file; null for a folder. */
  readonly size: number | null;
}

const LENGTH_BYTES = 4;

/** PostgreSQL's folder holds three databases that are nearly the same: 16 MiB reach from one to the next. */
const COMPRESSION = {
  [constants.ZSTD_c_compressionLevel]: 9,
  [constants.ZSTD_c_windowLog]: 24,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  // With it whoever unpacks notices every damage.
  [constants.ZSTD_c_checksumFlag]: 1,
};

/** Unpacked in few pieces, which are copied together. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Takes files and folders alone, and of these their names and contents. */
export function packFolder(folder: string): Buffer {
  const contents: Buffer[] = [];
  const entries: Entry[] = [];
  const take = (path: string): void => {
    const names = readdirSync(join(folder, path), { withFileTypes: true }).toSorted(byName);
    for (const found of names) {
      const below = path === '' ? found.name : `${path}/${found.name}`;
      if (found.isDirectory()) {
        entries.push({ path: below, size: null });
        take(below);
      } else {
        const content = readFileSync(join(folder, below));
        entries.push({ path: below, size: content.length });
        contents.push(content);
      }
    }
  };
  take('');
  const index = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(index.length);
  return zstdCompressSync(Buffer.concat([length, index, ...contents]), { params: COMPRESSION });
}

export interface UnpackedFolder {
  /** Fills a folder that is there and empty: for the owner alone, whatever the modes were. */
  writeTo(folder: string): void;
}

/** Throws what `node:zlib` does where a byte is missing or is not as it was packed; then nothing was written. */
export function unpackFolder(packed: Buffer): UnpackedFolder {
  const bytes = zstdDecompressSync(packed, { chunkSize: CHUNK_BYTES });
  const contentsAt = LENGTH_BYTES + bytes.readUInt32LE(0);
  const entries = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, contentsAt)) as readonly Entry[];
  return {
    writeTo(folder) {
      let at = contentsAt;
      for (const { path, size } of entries) {
        const place = join(folder, path);
        if (size === null) {
          mkdirSync(place, { mode: 0o700 });
          continue;
        }
        writeFileSync(place, bytes.subarray(at, at + size), { mode: 0o600, flag: 'wx' });
        at += size;
      }
    },
  };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
