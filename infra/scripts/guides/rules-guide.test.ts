import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MATRIX = join(ROOT, 'packages', 'core', 'src', 'decision', 'decision-matrix.yaml');

interface MatrixCase {
  readonly name: string;
  readonly covers?: readonly string[];
  readonly [member: string]: unknown;
}

const matrix = parse(readFileSync(MATRIX, 'utf8')) as readonly MatrixCase[];
const guide = readFileSync(join(ROOT, 'docs', 'guides', 'rules.md'), 'utf8');
const quoted = [...guide.matchAll(/^```yaml\n(- name: [\s\S]*?)^```$/gm)].flatMap(
  ([, text = '']) => parse(text) as readonly MatrixCase[],
);

test('rules.md quotes cases of the decision matrix as they are tested, but for what they cover', () => {
  expect(quoted.length).toBeGreaterThan(20);
  for (const shown of quoted) {
    const { covers: _, ...tested } = matrix.find(({ name }) => name === shown.name) ?? {
      name: 'no such case',
    };
    expect(shown).toEqual(tested);
  }
});

test('every section of rules.md on how is decided quotes a case', () => {
  const [, ...sections] = guide.split(/^## /m);
  const without = sections
    .filter((section) => !/^- name: /m.test(section))
    .map((section) => section.split('\n')[0]);
  expect(without).toEqual(['Try a rule before it is applied', 'See why one rule wins']);
});
