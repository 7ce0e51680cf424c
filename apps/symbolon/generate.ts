/** Writes docs/reference/ out of the vocabulary that the code itself uses, so that neither says what the other does not. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPage } from './reference/api.ts';
import { cliPage } from './reference/cli.ts';
import { configurationPage } from './reference/configuration.ts';
import { metricsPage } from './reference/metrics.ts';
import type { OpenApiDocument } from './reference/openapi-document.ts';
import { reasonsPage } from './reference/reasons.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'docs', 'reference');
const openApi = readFileSync(join(root, 'apps', 'admin', 'src', 'openapi', 'openapi.json'), 'utf8');

const pages = {
  'api.md': apiPage(JSON.parse(openApi) as OpenApiDocument),
  'cli.md': await cliPage(),
  'configuration.md': configurationPage(),
  'metrics.md': metricsPage(),
  'reasons.md': reasonsPage(),
};

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
execFileSync('biome', ['format', '--write', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
