import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrokerProcess, startBroker } from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoCluster, startStandIn } from './demo/cluster.ts';
import { createNarrator } from './demo/narrator.ts';

import { setUp } from './demo/story.ts';

const GUIDES = join(import.meta.dirname, '..', '..', 'docs', 'guides');
/** Not the blocking form: the stand-in cluster answers from this process. */
const run = promisify(execFile);
const workload = { namespace: 'payments', serviceAccount: 'api' };

let broker: BrokerProcess;
let cluster: DemoCluster;
// Inside the package, so that what the guide imports is found.
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(import.meta.dirname, 'guide-'));
  broker = await startBroker();
  cluster = await startStandIn(workload);
  const narrator = { ...createNarrator(), step: () => {}, command: () => {}, answer: () => {} };
  await setUp({ broker, cluster, narrator, workload, withRule: true });
});
afterAll(async () => {
  await Promise.all([broker?.stop(), cluster?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The first block of a language, with the names of the example put in place. */
function block(guide: string, language: string): string {
  const text = readFileSync(join(GUIDES, guide), 'utf8');
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (found === undefined) throw new Error(`${guide} has no block of ${language}`);
  return found
    .replaceAll('https://symbolon.example', broker.issuer)
    .replaceAll('/var/run/secrets/symbolon/token', join(folder, 'token'));
}

async function exchangeAsInTheGuide(): Promise<Record<string, unknown>> {
  writeFileSync(join(folder, 'token'), await cluster.requestToken(broker.issuer));
  const { stdout } = await run('bash', ['-c', block('workload.md', 'sh')]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('workload.md: its command gets the answer that it shows', async () => {
  const shown = JSON.parse(block('workload.md', 'json')) as Record<string, unknown>;
  expect(await exchangeAsInTheGuide()).toEqual({ ...shown, access_token: expect.stringMatching(/^eyJ/) });
});

test('verify.md: its code verifies the credential, which has the claims that it shows', async () => {
  const { access_token: credential } = await exchangeAsInTheGuide();
  const script = join(folder, 'verify.mjs');
  const given = `const credential = ${JSON.stringify(credential)};`;
  writeFileSync(script, `${given}\n${block('verify.md', 'js')}\nconsole.log(JSON.stringify(payload));\n`);
  const { stdout } = await run(process.execPath, [script]);
  const payload = JSON.parse(stdout) as Record<string, unknown>;
  const shown = JSON.parse(block('verify.md', 'json')) as { 'kubernetes.io': { serviceaccount: object } };
  expect(payload).toMatchObject({
    ...shown,
    cluster: 'demo-cluster',
    'kubernetes.io': {
      ...shown['kubernetes.io'],
      serviceaccount: { ...shown['kubernetes.io'].serviceaccount, uid: expect.any(String) },
    },
  });
});
