/**
 * Makes `dist/`: the launcher `symbolon.js`, the program that it loads where Node is new enough, the worker entry of the
 * embedded database, and the files that they read at run time, one of them a database that nobody has written to yet.
 * Nothing of node_modules is needed beside it.
 */
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeTemplate, TEMPLATE_FILE } from '@symbolon/storage/postgres';
import { build } from 'rolldown';
import { OLDEST_NODE } from './src/node-version.ts';

const root = join(import.meta.dirname, '..', '..');
const dist = join(root, 'dist');
const PGLITE_ASSETS = ['pglite.wasm', 'pglite.data'];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

await bundle('symbolon', join(import.meta.dirname, 'src', 'launch.ts'));
await bundle('broker', join(import.meta.dirname, 'src', 'main.ts'));
// A program: it can be linked to from a folder of the path.
chmodSync(join(dist, 'symbolon.js'), 0o755);
const worker = join(root, 'packages', 'storage', 'src', 'postgres', 'embedded', 'pglite-worker.ts');
await bundle('pglite-worker', worker);

const storage = createRequire(join(root, 'packages', 'storage', 'package.json'));
const pglite = dirname(storage.resolve('@electric-sql/pglite'));
for (const name of PGLITE_ASSETS) cpSync(join(pglite, name), join(dist, name));
const template = await makeTemplate({
  workerUrl: pathToFileURL(worker),
  migrationsDir: pathToFileURL(join(root, 'migrations/')),
});
writeFileSync(join(dist, TEMPLATE_FILE), template);
cpSync(join(root, 'migrations'), join(dist, 'migrations'), { recursive: true });
cpSync(join(root, 'docs', 'errors.md'), join(dist, 'errors.md'));
cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));
const manifest = { name: 'symbolon', type: 'module', engines: { node: `>=${OLDEST_NODE}` } };
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest)}\n`);

async function bundle(name: string, input: string): Promise<void> {
  await build({
    input,
    platform: 'node',
    // pg's native binding is optional and never wanted.
    external: ['pg-native'],
    // PGlite's own loader, as its compiler wrote it.
    checks: { eval: false },
    output: { file: join(dist, `${name}.js`), format: 'esm', codeSplitting: false },
  });
}
