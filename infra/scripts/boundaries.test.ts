import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** One file for each way to break a rule. */
const VIOLATIONS = [
  ['core-is-pure', 'packages/core/src', 'node:fs'],
  ['core-is-pure', 'packages/core/src', '../../kubernetes/src/index.ts'],
  ['protocol-is-words', 'packages/protocol/src', 'node:fs'],
  ['adapters-stay-apart', 'packages/issuer/src', '../../storage/src/memory/index.ts'],
  ['adapters-stay-apart', 'packages/kubernetes/src', '../../../apps/gateway/src/index.ts'],
  ['apps-use-ports', 'apps/gateway/src', '../../../packages/storage/src/memory/index.ts'],
  ['apps-use-ports', 'apps/admin/src', '../../gateway/src/index.ts'],
  ['one-composition-root', 'apps/symbolon/src', '@symbolon/issuer'],
  ['one-composition-root', 'apps/symbolon/src/serve', '@symbolon/storage/postgres'],
  ['testkit-is-for-tests', 'apps/symbolon/src', '@symbolon/testkit'],
  ['packages-have-one-door', 'packages/kubernetes/src', '../../core/src/reasons.ts'],
  ['no-unresolved', 'packages/core/src', './no-such-file.ts'],
] as const;

const planted = VIOLATIONS.map(([rule, folder, target], index) => ({
  rule,
  target,
  file: `${folder}/planted-violation-${index}.ts`,
}));
let output = '';
let status: number | null = null;

beforeAll(() => {
  for (const { file, target } of planted) writeFileSync(join(root, file), `import '${target}';\n`);
  const args = ['--config', '.dependency-cruiser.cjs', 'apps', 'packages'];
  const run = spawnSync('depcruise', args, { cwd: root, encoding: 'utf8' });
  output = run.stdout;
  status = run.status;
});
afterAll(() => {
  for (const { file } of planted) rmSync(join(root, file), { force: true });
});

test.each(planted)('a planted violation of $rule by $file is found', ({ rule, file }) => {
  expect(output).toMatch(new RegExp(`${rule}: ${file} `));
  expect(status).not.toBe(0);
});
