import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HttpError, type SendHttp } from './send-http.ts';
import { MANIFESTS } from './test-deployment.test-support.ts';
import { createTestCli, sendTo } from './test-support.ts';

const ADMIN_TOKEN = 'opaque-admin-token-0123456789abcdef0123456789abcdef';
const SUBJECT_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.c3ViamVjdA';
const CLUSTER_TOKEN = 'cluster-reviewer-token-0123456789';

/** Every command that speaks to the admin API. */
const COMMANDS: readonly (readonly string[])[] = [
  ['whoami'],
  ['get', 'clusters'],
  ['get', 'rules'],
  ['get', 'rule', 'a', '--system', 'b', '-o', 'yaml'],
  ['get', 'tombstones', '-o', 'json'],
  ['apply', '-f', 'all.yaml'],
  ['apply', '-f', 'all.yaml', '--dry-run'],
  ['delete', 'cluster', 'prod'],
  ['delete', '-f', 'all.yaml'],
  ['release', 'cluster', 'prod'],
  ['explain', '--subject-token-file', 'subject.token', '--audience', 'a'],
  ['revoke', '--cluster', 'prod', '--reason', 'r'],
  ['revoke', 'list'],
  ['revoke', 'undo', 'a'],
  ['audit', 'list'],
  ['audit', 'find', '--credential-file', 'subject.token'],
];

const SECRETS = `${ADMIN_TOKEN} ${SUBJECT_TOKEN}`;
const PROBLEM = { 'Content-Type': 'application/problem+json' };

function problem(status: number, more: object = {}) {
  const body = {
    type: 'urn:symbolon:problem:invalid_body',
    title: SECRETS,
    status,
    detail: SECRETS,
    requestId: SECRETS,
    ...more,
  };
  return sendTo(() => new Response(JSON.stringify(body), { status, headers: PROBLEM }));
}

/** Servers that repeat whatever they were sent, and everything that can go wrong on the way to one. */
const SERVERS: readonly (readonly [string, SendHttp])[] = [
  ...[400, 401, 403, 404, 409, 412, 428, 500, 503].map((status) => [`${status}`, problem(status)] as const),
  ['errors', problem(400, { errors: [{ pointer: `/${SECRETS}`, detail: SECRETS }] })],
  [
    'an echo',
    sendTo(async (request) =>
      Response.json({
        ...Object.fromEntries(request.headers),
        items: [{ name: SECRETS }],
        nextCursor: null,
        body: await request.text(),
      }),
    ),
  ],
  ['a page', sendTo(() => new Response(`<html>${SECRETS}`, { status: 200 }))],
  [
    'a redirect',
    sendTo(
      () => new Response(null, { status: 302, headers: { Location: `https://evil.example/${ADMIN_TOKEN}` } }),
    ),
  ],
  [
    'no JSON',
    sendTo(() => new Response(`{"a": "${SECRETS}`, { headers: { 'Content-Type': 'application/json' } })),
  ],
  ...[
    'ECONNREFUSED',
    'ENOTFOUND',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'EPROTO',
    'TIMED_OUT',
    'TOO_LARGE',
    'ECONNRESET',
  ].map(
    (code) =>
      [
        code,
        async () => {
          throw new HttpError(code);
        },
      ] as const,
  ),
  [
    'a defect of ours',
    async ({ headers }) => {
      throw new TypeError(`cannot read ${JSON.stringify(headers)} at /home/me/src/defect.ts:1:1`);
    },
  ],
];

test.each(SERVERS)(
  'A50: no command shows a token, a stack or a path of the source where there is %s',
  async (_, sendHttp) => {
    const { folder, run } = createTestCli({ sendHttp });
    mkdirSync(join(folder, 'symbolon-data'));
    writeFileSync(join(folder, 'symbolon-data', 'admin-token'), ADMIN_TOKEN);
    writeFileSync(join(folder, 'subject.token'), SUBJECT_TOKEN);
    writeFileSync(
      join(folder, 'all.yaml'),
      MANIFESTS.replace(':6443"', `:6443", credential: {kind: token, token: ${CLUSTER_TOKEN}}`),
    );
    for (const command of COMMANDS) {
      const { stdout, stderr } = await run(...command);
      const shown = stdout + stderr;
      expect(shown, command.join(' ')).not.toMatch(
        /opaque-admin|eyJ|cluster-reviewer-token|\.ts\b|node:internal|\n\s+at /,
      );
    }
  },
);

test('A50: a token in a file that cannot be read as YAML, or in a wrong field of one, is not repeated', async () => {
  const { folder, run } = createTestCli();
  for (const text of [
    `kind: Cluster\n  token: ${CLUSTER_TOKEN}\n bad`,
    `kind: Cluster\nname: ${CLUSTER_TOKEN.toUpperCase()}\nspec: {token: "${CLUSTER_TOKEN}", apiServer: ${CLUSTER_TOKEN}}`,
    `"${CLUSTER_TOKEN}`,
    `&${CLUSTER_TOKEN} *${CLUSTER_TOKEN}x`,
    CLUSTER_TOKEN,
  ]) {
    writeFileSync(join(folder, 'a.yaml'), text);
    const { exitCode, stdout, stderr } = await run('apply', '-f', 'a.yaml');
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toMatch(/cluster-reviewer-token/i);
  }
});
