import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrokerProcess, createTokenIssuer, startBroker } from '@symbolon/testkit';
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

/** Every block of a language, as it stands. */
function blocks(guide: string, language: string): readonly string[] {
  const text = readFileSync(join(GUIDES, guide), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );
}

/** The first block of a language, with the names of the example put in place. */
function block(guide: string, language: string): string {
  const [found] = blocks(guide, language);
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

test('set-up.md: its commands, in order, make what they say, and take it away again', async () => {
  const folderOfGuide = join(folder, 'set-up');
  mkdirSync(folderOfGuide);
  const issuer = createTokenIssuer();
  writeFileSync(join(folderOfGuide, 'jwks.json'), JSON.stringify(issuer.jwks()));
  const fresh = await startBroker();
  try {
    const [where = '', ...rest] = blocks('set-up.md', 'sh').map((code) =>
      code
        .replaceAll('http://127.0.0.1:8081', fresh.admin)
        .replaceAll('symbolon-data/admin-token', join(fresh.dataDir, 'admin-token'))
        .replaceAll('kubectl get --raw /openid/v1/jwks', 'cat jwks.json'),
    );
    const shell = (...code: string[]) =>
      run('bash', ['-ec', [where, ...code].join('\n')], { cwd: folderOfGuide });
    const takingAway = rest.pop() ?? '';
    const { stdout: made } = await shell(...rest);
    expect(made).toContain('"bootstrap"');
    for (const name of ['east', 'myidsystem', 'vault', 'payments'])
      expect(made).toContain(`"name":"${name}"`);

    const subjectToken = issuer.issueToken({ ...workload, audiences: [fresh.issuer] });
    const exchange = () =>
      fetch(`${fresh.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          subject_token: subjectToken,
          audience: 'myvaultinstance.company.com',
        }),
      });
    expect(await (await exchange()).json()).toMatchObject({ scope: 'read' });

    await shell(takingAway);
    expect(await (await exchange()).json()).toMatchObject({ reason: 'target_not_permitted' });
  } finally {
    await fresh.stop();
  }
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
