import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** The one file that may say that something is what the type promises. */
const MAKERS = {
  UnverifiedToken: 'packages/core/src/workload/parse-subject-token.ts',
  ProvenWorkload: 'packages/core/src/workload/judge-subject-token.ts',
  VerifiedToken: 'packages/kubernetes/src/verify-signature.ts',
} as const;

const shipped = ['apps', 'packages']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) => !/node_modules|planted-violation|\/dist\/|^packages\/testkit|test-support/.test(file));

test.each(Object.entries(MAKERS))(
  'L13: only one shipped file asserts that something is a %s',
  (brand, maker) => {
    const assertion = new RegExp(`\\bas (unknown as )?${brand}\\b|<${brand}>\\s*[({]`);
    const files = shipped.filter((file) => assertion.test(readFileSync(join(root, file), 'utf8')));
    expect(files).toEqual([maker]);
  },
);
