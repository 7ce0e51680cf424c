import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { packFolder, unpackFolder } from './pack-folder.ts';

let from: string;
let to: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-pack-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  [from, to] = [join(folder, 'from'), join(folder, 'to')];
  for (const one of [from, to, join(from, 'empty'), join(from, 'a'), join(from, 'a', 'deep')]) mkdirSync(one);
  writeFileSync(join(from, 'a', 'deep', 'bytes'), Buffer.from([0, 255, 10, 13, 0]), { mode: 0o666 });
  writeFileSync(join(from, 'a', 'nothing'), '');
  writeFileSync(join(from, 'größe'), 'x'.repeat(100_000), { mode: 0o755 });
});

function contentsOf(folder: string) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((path) => {
      const isFile = statSync(join(folder, path)).isFile();
      return { path, content: isFile ? readFileSync(join(folder, path), 'hex') : null };
    });
}

test('a folder is unpacked as it was packed, and packed again it is the same file', () => {
  const packed = packFolder(from);
  unpackFolder(packed).writeTo(to);
  expect(contentsOf(to)).toEqual(contentsOf(from));
  expect(packFolder(to).equals(packed)).toBe(true);
});

test('what is unpacked is for the owner alone, however open it was', () => {
  unpackFolder(packFolder(from)).writeTo(to);
  for (const path of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    const { mode } = statSync(join(to, path));
    expect([path, mode & 0o777]).toEqual([path, statSync(join(to, path)).isFile() ? 0o600 : 0o700]);
  }
});

test('nothing that is there is written over', () => {
  writeFileSync(join(to, 'größe'), 'kept');
  expect(() => unpackFolder(packFolder(from)).writeTo(to)).toThrow('EEXIST');
  expect(readFileSync(join(to, 'größe'), 'utf8')).toBe('kept');
});

test('a file that lost its end or of which a bit was flipped is never unpacked as something else', () => {
  const packed = packFolder(from);
  fc.assert(
    fc.property(fc.nat({ max: packed.length - 1 }), (length) => {
      expect(() => unpackFolder(packed.subarray(0, length))).toThrow();
    }),
  );
  fc.assert(
    fc.property(fc.nat({ max: packed.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      let unpacked: ReturnType<typeof unpackFolder>;
      try {
        unpacked = unpackFolder(damaged);
      } catch {
        return;
      }
      // A bit that says how to unpack, and nothing of what is unpacked.
      rmSync(to, { recursive: true });
      mkdirSync(to);
      unpacked.writeTo(to);
      expect(contentsOf(to)).toEqual(contentsOf(from));
    }),
  );
});
