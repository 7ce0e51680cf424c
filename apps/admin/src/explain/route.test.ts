import type { ExplainRequest, Explanation } from '@symbolon/core';
import { explanationView } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../openapi/examples.ts';
import { createTestAdmin, pointersOf, RULE, TEAM_TOKEN } from '../test-support.ts';

const EXPLANATION = EXAMPLES.Explanation as unknown as Explanation;
const WORKLOAD = { cluster: 'prod', namespace: 'team-a', serviceAccount: 'web' };
const AUDIENCE = ['https://vault.company.com'];
const TOKEN = 'hunter2-header.hunter2-payload.hunter2-signature';

function createExplainingAdmin() {
  const asked: ExplainRequest[] = [];
  const admin = createTestAdmin({
    explain: async (request) => {
      asked.push(request);
      return EXPLANATION;
    },
  });
  const explain = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    admin.call('POST', '/explain', { body, headers });
  return { ...admin, asked, explain };
}

test('asks what was asked of a described workload, and gives what was answered', async () => {
  const admin = createExplainingAdmin();
  const answer = await admin.explain(
    {
      workload: { ...WORKLOAD, podUid: 'c1d2' },
      audience: AUDIENCE,
      scope: 'read write read',
      requestedTokenType: 'urn:ietf:params:oauth:token-type:id_token',
      rules: [{ name: 'draft', ...RULE, labels: { a: 'b' }, description: 'tried' }],
    },
    { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  );
  expect(answer.status).toBe(200);
  expect(explanationView.parse(answer.json)).toEqual(EXPLANATION);
  expect(admin.asked).toEqual([
    {
      requestId: answer.headers.get('x-request-id'),
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      principal: 'bootstrap',
      subject: {
        kind: 'workload',
        workload: {
          ...WORKLOAD,
          serviceAccountUid: null,
          pod: null,
          podUid: 'c1d2',
          node: null,
          nodeUid: null,
        },
      },
      audiences: AUDIENCE,
      scopes: ['read', 'write'],
      tokenType: 'id_token',
      draftRules: [
        {
          name: 'draft',
          spec: {
            ...RULE,
            enforcement: 'enforce',
            priority: 0,
            allowDefaultServiceAccount: false,
            claims: {},
            enabled: true,
          },
        },
      ],
    },
  ]);
});

test('asks about a subject token with nothing else given', async () => {
  const admin = createExplainingAdmin();
  expect((await admin.explain({ subjectToken: TOKEN, audience: AUDIENCE })).status).toBe(200);
  expect(admin.asked[0]).toMatchObject({
    subject: { kind: 'subjectToken', subjectToken: TOKEN },
    traceId: null,
    scopes: [],
    tokenType: null,
    draftRules: [],
  });
});

test.each([
  ['access_token', 'access_token'],
  ['id_token', 'id_token'],
  ['jwt', 'jwt'],
])('reads the type %s by its URN', async (name, tokenType) => {
  const admin = createExplainingAdmin();
  const requestedTokenType = `urn:ietf:params:oauth:token-type:${name}`;
  await admin.explain({ workload: WORKLOAD, audience: AUDIENCE, requestedTokenType });
  expect(admin.asked[0]).toMatchObject({ tokenType });
});

describe('refuses', () => {
  const both = { workload: WORKLOAD, subjectToken: TOKEN };
  test.each<[string, object, string]>([
    ['neither a token nor a workload', { audience: AUDIENCE }, ''],
    ['a token and a workload', { ...both, audience: AUDIENCE }, '/workload'],
    ['an empty token', { subjectToken: '', audience: AUDIENCE }, '/subjectToken'],
    [
      'a token of 64 KiB and a byte',
      { subjectToken: 'a'.repeat(65_537), audience: AUDIENCE },
      '/subjectToken',
    ],
    ['no audience', { workload: WORKLOAD }, '/audience'],
    ['an empty list of audiences', { workload: WORKLOAD, audience: [] }, '/audience'],
    ['an audience that no target can have', { workload: WORKLOAD, audience: ['a b'] }, '/audience/0'],
    ['an audience twice', { workload: WORKLOAD, audience: ['a', 'a'] }, '/audience'],
    [
      'more audiences than a token request may name',
      { workload: WORKLOAD, audience: names(17) },
      '/audience',
    ],
    ['L28: an unknown field', { workload: WORKLOAD, audiences: AUDIENCE, audience: AUDIENCE }, '/audiences'],
    ['scopes with two spaces', { workload: WORKLOAD, audience: AUDIENCE, scope: 'a  b' }, '/scope'],
    ['65 scopes', { workload: WORKLOAD, audience: AUDIENCE, scope: names(65).join(' ') }, '/scope'],
    [
      'a short name of a type',
      { workload: WORKLOAD, audience: AUDIENCE, requestedTokenType: 'jwt' },
      '/requestedTokenType',
    ],
    [
      'a workload without a namespace',
      { workload: { cluster: 'prod', serviceAccount: 'web' }, audience: AUDIENCE },
      '/workload/namespace',
    ],
    [
      'a ServiceAccount that no cluster can have',
      { workload: { ...WORKLOAD, serviceAccount: 'Web' }, audience: AUDIENCE },
      '/workload/serviceAccount',
    ],
    ['a draft without a name', { workload: WORKLOAD, audience: AUDIENCE, rules: [RULE] }, '/rules/0/name'],
    [
      'a draft that could not be stored',
      { workload: WORKLOAD, audience: AUDIENCE, rules: [{ name: 'a', ...RULE, targets: undefined }] },
      '/rules/0/targets',
    ],
    [
      'two drafts of one name',
      {
        workload: WORKLOAD,
        audience: AUDIENCE,
        rules: [
          { name: 'a', ...RULE },
          { name: 'a', ...RULE },
        ],
      },
      '/rules/1/name',
    ],
  ])('%s', async (_, body, pointer) => {
    const admin = createExplainingAdmin();
    const answer = await admin.explain(body);
    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toContain(pointer);
    expect(admin.asked).toEqual([]);
  });
});

test('A50: no refusal and no log line repeats a token, wherever in the body it was put', async () => {
  const admin = createExplainingAdmin();
  const places = [
    { subjectToken: [TOKEN], audience: AUDIENCE },
    { subjectToken: TOKEN, audience: TOKEN },
    { subjectToken: TOKEN, audience: [`${TOKEN} `] },
    { subjectToken: TOKEN, audience: AUDIENCE, scope: `"${TOKEN}` },
    { subjectToken: TOKEN, audience: AUDIENCE, requestedTokenType: TOKEN },
    { subjectToken: TOKEN, audience: AUDIENCE, rules: [{ name: TOKEN, effect: TOKEN }] },
    { workload: TOKEN, audience: AUDIENCE },
    { workload: { cluster: TOKEN, namespace: TOKEN, serviceAccount: TOKEN }, audience: AUDIENCE },
    { subjectToken: TOKEN, workload: WORKLOAD, audience: AUDIENCE },
    `{"subjectToken": "${TOKEN}"`,
    `{"subjectToken": "${TOKEN}", "subjectToken": "${TOKEN}"}`,
  ];
  for (const body of places) {
    const answer = await admin.explain(body);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('hunter2');
  }
  expect(JSON.stringify(admin.logged)).not.toContain('hunter2');
});

test('A45: who is no global owner has nothing explained, and so learns nothing of the rules of others', async () => {
  const admin = createExplainingAdmin();
  const body = { workload: WORKLOAD, audience: AUDIENCE };
  expect((await admin.call('POST', '/explain', { body, token: TEAM_TOKEN })).status).toBe(403);
  expect(admin.asked).toEqual([]);
});

test('nobody who is not authenticated has anything explained, and no other method is there', async () => {
  const admin = createExplainingAdmin();
  const body = { workload: WORKLOAD, audience: AUDIENCE };
  expect((await admin.call('POST', '/explain', { body, token: null })).status).toBe(401);
  expect((await admin.call('PUT', '/explain', { body })).status).toBe(405);
  expect((await admin.get('/explain')).headers.get('allow')).toBe('POST');
  expect((await admin.call('POST', '/explain?audience=a', { body })).status).toBe(400);
  expect(admin.asked).toEqual([]);
});

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}
