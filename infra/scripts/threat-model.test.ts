import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const ID = String.raw`[ASL]\d{1,2}`;

const page = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');
const listed = [...page.matchAll(new RegExp(`^\\| (${ID}) +\\|`, 'gm'))].map(([, id = '']) => id);

/** Titles may begin with several: `S39, L9: refuses ...`. */
const tested = new Set(
  ['apps', 'packages', 'infra']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    )
    .filter(
      (file) =>
        /\.test\.ts$|\.conformance\.ts$|golden-table|matrix/.test(file) && !file.includes('node_modules'),
    )
    .flatMap((file) => [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        new RegExp(`['"\`] ?((?:${ID}(?:, ?| ))*${ID}): `, 'g'),
      ),
    ])
    .flatMap(([, ids = '']) => ids.split(/, ?| /)),
);

test('every id of the threat model has a test that carries it', () => {
  expect(listed.filter((id) => !tested.has(id))).toEqual([]);
});

test('every id that a test carries is in the threat model, once', () => {
  expect([...tested].filter((id) => !listed.includes(id)).toSorted()).toEqual([]);
  expect(listed.filter((id, index) => listed.indexOf(id) !== index)).toEqual([]);
});
