import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

const shipped = ['apps', 'packages']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|test-support|node_modules|\/dist\/|testkit/.test(file),
  );

/**
 * Who may call what. A second path to a credential is a second place where a check can be forgotten, so there is none:
 * whatever the grant, the mode, the state of the caches and the door that a request came by, it is judged here.
 */
const CALLERS: { readonly [judgement: string]: readonly string[] } = {
  decide: [
    'packages/core/src/exchange/exchange-token.ts',
    'packages/core/src/explain/create-explain.ts',
    'packages/core/src/explain/request-near-misses.ts',
  ],
  judgeSubjectToken: ['packages/core/src/exchange/prove-subject-token.ts'],
  proveSubjectToken: ['packages/core/src/exchange/prove-under-policy-in-force.ts'],
  mintCredential: ['packages/core/src/exchange/exchange-token.ts'],
  'deps.signCredential': ['packages/core/src/exchange/mint-credential.ts'],
  'deps.exchangeToken': ['apps/gateway/src/token/route.ts'],
};

test.each(Object.entries(CALLERS))('L15: only one path calls %s', (judgement, callers) => {
  const call = new RegExp(`(?<!function )(?<![\\w.])${judgement.replace('.', '\\.')}\\(`);
  const files = shipped.filter((file) => call.test(readFileSync(join(root, file), 'utf8')));
  expect(files.toSorted()).toEqual(callers);
});

test('L15: an exchange is decided in one place, once for each policy that it is decided under', () => {
  const text = readFileSync(join(root, 'packages/core/src/exchange/exchange-token.ts'), 'utf8');
  expect(text.match(/\bdecide\(/g)).toHaveLength(1);
  expect(text.match(/\bmintCredential\(/g)).toHaveLength(1);
});
