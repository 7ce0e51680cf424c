import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { adminToken, type BrokerProcess, ensureSchemathesis, startBroker } from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'ignored_auth',
];

/** Fixed, so that a failure can be had again. */
const SEED = '20270115';
const MAX_EXAMPLES = '20';
/** Forty seconds where nothing else runs. */
const TIMEOUT_MS = 600_000;

/** What a request that is off schema may be answered with: whichever of its faults is found first. */
const CONFIG = `
headers = { Authorization = "Bearer \${ADMIN_TOKEN}" }

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 409, 412, 413, 415, 422, 428]
`;

let broker: BrokerProcess;
let program: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-schemathesis-'));
  program = await ensureSchemathesis({ log: (line) => process.stderr.write(`${line}\n`) });
  broker = await startBroker();
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('every example of the document can be sent as it stands, and makes a deployment', async () => {
  const { paths, components } = await readDocument();
  const created: string[] = [];
  for (const [template, { put }] of Object.entries(paths)) {
    if (put === undefined) continue;
    const path = put.parameters.reduce((filled, { $ref }) => {
      const { name, example } = components.parameters[lastStepOf($ref)] ?? {};
      return filled.replace(`{${name}}`, String(example));
    }, template);
    const [example = ''] = Object.keys(put.requestBody.content['application/json'].examples);
    const response = await fetch(`${broker.admin}${path}`, {
      method: 'PUT',
      headers: { ...authorized(), 'Content-Type': 'application/json' },
      body: JSON.stringify(components.examples[example]?.value),
    });
    created.push(`${response.status} ${path}`);
  }
  expect(created).toEqual([
    '201 /admin/v1/identity-systems/myidsystem',
    '201 /admin/v1/identity-systems/myidsystem/targets/eu',
    '201 /admin/v1/identity-systems/myidsystem/rules/web',
    '201 /admin/v1/clusters/prod',
    '201 /admin/v1/revocations/leaked-build-log',
  ]);
});

test('A50: a subject token that is explained stands in no answer, no line of the log and no audit event', async () => {
  const parts = [{ alg: 'RS256', kid: 'hunter2' }, { iss: 'hunter2', sub: 'hunter2' }, 'hunter2-signature'];
  const token = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const response = await fetch(`${broker.admin}/admin/v1/explain`, {
    method: 'POST',
    headers: { ...authorized(), 'Content-Type': 'application/json', 'Idempotency-Key': 'explain-1' },
    body: JSON.stringify({ subjectToken: token, audience: ['https://eu.vault.company.com'] }),
  });
  const answer = await response.text();
  expect([response.status, JSON.parse(answer)]).toEqual([
    200,
    expect.objectContaining({ decision: 'refuse' }),
  ]);
  const events = await fetch(`${broker.admin}/admin/v1/audit-events?kind=explain`, { headers: authorized() });
  const trail = await events.text();
  expect(JSON.parse(trail)).toMatchObject({ items: [{ kind: 'explain', asked: 'subjectToken' }] });
  for (const text of [answer, trail, broker.log()]) {
    expect(text).not.toContain('hunter2');
    for (const part of token.split('.')) expect(text).not.toContain(part);
  }
});

test('A46: Schemathesis finds no server error in the admin API, and no answer that its document does not have', {
  timeout: TIMEOUT_MS,
}, async () => {
  const document = join(folder, 'openapi.json');
  writeFileSync(document, JSON.stringify(await readDocument()));
  const config = join(folder, 'schemathesis.toml');
  writeFileSync(config, CONFIG);
  const options = {
    '--url': broker.admin,
    '--checks': CHECKS.join(','),
    '--phases': 'examples,coverage,fuzzing',
    '--seed': SEED,
    '--max-examples': MAX_EXAMPLES,
    '--generation-database': 'none',
  };
  const args = ['--config-file', config, 'run', document, '--no-color', ...Object.entries(options).flat()];
  const { stdout } = await run(program, args, {
    cwd: folder,
    env: { ...process.env, ADMIN_TOKEN: adminToken(broker.dataDir) },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { readonly stdout?: string; readonly message: string }) => {
    // Its report says what was sent and what came.
    throw new Error(error.stdout || error.message);
  });
  // It must have tried something: a document that it could not read would find nothing wrong either.
  expect(Number(/(\d+) generated, \1 passed/.exec(stdout)?.[1])).toBeGreaterThan(2000);
  expect(broker.log()).not.toContain('"level":50');
});

/** What the tests read of the document. */
interface Document {
  readonly paths: Readonly<Record<string, { readonly put?: Put }>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, { readonly name: string; readonly example?: unknown }>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}
interface Put {
  readonly parameters: readonly { readonly $ref: string }[];
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly examples: object } } };
}

async function readDocument(): Promise<Document> {
  const response = await fetch(`${broker.admin}/admin/v1/openapi.json`, { headers: authorized() });
  return (await response.json()) as Document;
}

function authorized() {
  return { Authorization: `Bearer ${adminToken(broker.dataDir)}` };
}

function lastStepOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
