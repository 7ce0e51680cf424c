import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrokerProcess,
  clusterSpecOf,
  type StandInCluster,
  startBroker,
  startStandInCluster,
} from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const AUDIENCE = 'https://vault.company.com';

let folder = '';
let broker: BrokerProcess;
let cluster: StandInCluster;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-operate-'));
  cluster = await startStandInCluster();
  broker = await startBroker({ dataDir: join(folder, 'symbolon-data'), cwd: folder });
});
afterAll(async () => {
  await broker.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The program as a person runs it, in the folder in which the broker was started. */
function symbolon(
  args: readonly string[],
  stdin = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'));
  const env = { ...Object.fromEntries(inherited), SYMBOLON_SERVER: broker.admin, XDG_CONFIG_HOME: folder };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

function subjectToken(): string {
  return cluster.issueToken({ namespace: 'web', serviceAccount: 'api', audiences: [broker.issuer] });
}

async function exchange(token: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${broker.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: token,
      audience: AUDIENCE,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function manifests(serviceAccount: string): string {
  return [
    {
      kind: 'Cluster',
      name: 'prod',
      spec: clusterSpecOf(cluster, cluster.readerToken()),
    },
    { kind: 'IdentitySystem', name: 'myidsystem', spec: { identityDomain: 'prod' } },
    { kind: 'Target', name: 'vault', identitySystem: 'myidsystem', spec: { audiences: [AUDIENCE] } },
    {
      kind: 'MappingRule',
      name: 'web-tier',
      identitySystem: 'myidsystem',
      spec: {
        effect: 'allow',
        match: { clusters: ['prod'], namespaces: ['web'], serviceAccounts: [serviceAccount] },
        targets: ['vault'],
      },
    },
  ]
    .map((document) => stringify(document))
    .join('---\n');
}

test('from nothing to a rule, a refusal, its explanation, the mended rule, a revocation and the trail of it all', async () => {
  expect((await symbolon(['whoami'])).stdout).toContain('bootstrap');
  writeFileSync(join(folder, 'all.yaml'), manifests('apis'));
  const dryRun = await symbolon(['apply', '-f', 'all.yaml', '--dry-run']);
  expect(dryRun).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was changed') });
  const applied = await symbolon(['apply', '-f', 'all.yaml']);
  expect(applied, applied.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('created MappingRule'),
  });
  expect(JSON.stringify([applied, broker.log()])).not.toContain(cluster.readerToken());

  const token = subjectToken();
  expect(await exchange(token)).toMatchObject({ status: 400 });
  writeFileSync(join(folder, 'token'), token);
  const why = await symbolon(['explain', '--subject-token-file', 'token', '--audience', AUDIENCE]);
  expect(why, why.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^REFUSED {2}rule_not_matched/),
  });
  expect(why.stdout).not.toContain(token.slice(0, 30));

  const mended = await symbolon(['apply', '-f', '-'], manifests('api'));
  expect(mended, mended.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('changed MappingRule'),
  });
  const issued = await exchange(token);
  expect(issued.status).toBe(200);
  const credential = String(issued.body.access_token);
  const found = await symbolon(['audit', 'find', '--credential-file', '-', '-o', 'json'], `${credential}\n`);
  expect(JSON.parse(found.stdout)).toMatchObject([
    { rule: 'web-tier', credential: { subject: 'myidsystem.web.api' } },
  ]);

  const revoked = await symbolon([
    'revoke',
    '--name',
    'leak',
    '--cluster',
    'prod',
    '--namespace',
    'web',
    '--reason',
    'leaked',
  ]);
  expect(revoked, revoked.stderr).toMatchObject({ code: 0, stdout: 'revoked leak\n' });
  expect(await exchange(token)).toMatchObject({ status: 400 });
  expect(await symbolon(['revoke', 'undo', 'leak'])).toMatchObject({ code: 0 });
  expect((await exchange(token)).status).toBe(200);

  const refusals = await symbolon(['audit', 'list', '--outcome', 'refused', '--since', '1h']);
  expect(refusals.stdout).toMatch(/workload_revoked[\s\S]*rule_not_matched/);
  const got = await symbolon(['get', 'rules', '-o', 'yaml']);
  expect(await symbolon(['apply', '-f', '-'], got.stdout)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 to change, 1 unchanged'),
  });
});

test('the exit code says whether it is the command line, the answer or the way to the broker', async () => {
  const outcomes = await Promise.all([
    symbolon(['get', 'nonsense']),
    symbolon(['get', 'cluster', 'gone']),
    symbolon(['whoami', '--server', 'http://127.0.0.1:1']),
  ]);
  expect(outcomes.map(({ code }) => code)).toEqual([2, 1, 3]);
});
