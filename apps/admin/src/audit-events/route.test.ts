import type {
  AccessEvent,
  AuditQuery,
  ExchangeEvent,
  ExplainEvent,
  RecordedEvent,
  RefusalSummaryEvent,
} from '@symbolon/core';
import { auditEventPage, auditEventView } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import { CLUSTER, createTestAdmin, TEAM_TOKEN } from '../test-support.ts';

const AT = Date.UTC(2027, 0, 15, 8);
const EPOCH = { number: 3, id: 'x' };
const WORKLOAD = {
  cluster: 'prod',
  namespace: 'team-a',
  serviceAccount: 'web',
  serviceAccountUid: 'u',
  pod: null,
  podUid: null,
  node: null,
  nodeUid: null,
  sourceJti: null,
};
const REQUESTED = { audiences: [], unknownAudiences: 1, scopes: [], unknownScopes: 0, tokenType: null };

const EXCHANGE: ExchangeEvent = {
  kind: 'exchange',
  atMs: AT,
  requestId: 'r1',
  traceId: null,
  grantType: 'g',
  outcome: 'refused',
  reason: 'rule_denied',
  epoch: EPOCH,
  workload: WORKLOAD,
  requested: REQUESTED,
  clientId: null,
  identitySystem: 'myidsystem',
  target: 'vault',
  rule: 'deny',
  credential: null,
};
const EXPLAIN: ExplainEvent = {
  kind: 'explain',
  atMs: AT,
  requestId: 'r2',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  principal: 'bootstrap',
  epoch: EPOCH,
  asked: 'workload',
  decision: 'refuse',
  reason: 'audience_unknown',
  workload: null,
  requested: REQUESTED,
  identitySystem: null,
  target: null,
  rule: null,
  draftRules: 0,
};
const REFUSALS: RefusalSummaryEvent = {
  kind: 'refusals',
  atMs: AT + 60_000,
  sinceMs: AT,
  reason: 'token_malformed',
  cluster: null,
  count: 7,
};

const ACCESS: AccessEvent = {
  kind: 'access',
  atMs: AT,
  operation: 'reset_token',
  principal: 'owner',
  expiresAtMs: AT + 3_600_000,
};

/** An admin over a trail that answers `found` and says what it was asked. */
function createReadingAdmin(found: readonly RecordedEvent[] = []) {
  const asked: AuditQuery[] = [];
  const admin = createTestAdmin({
    listAuditEvents: async (query) => {
      asked.push(query);
      return found.slice(0, query.limit);
    },
  });
  return { ...admin, asked };
}

test('events of every kind are read as the schema of answers has them, with times as texts', async () => {
  const found = [EXCHANGE, EXPLAIN, REFUSALS, ACCESS].map((event, index) => ({ id: index + 1, event }));
  const answer = await createReadingAdmin(found).get('/audit-events');
  expect(answer.status).toBe(200);
  expect(auditEventPage.parse(answer.json)).toEqual(answer.json);
  expect(answer.json.items[2]).toEqual({
    id: 3,
    at: '2027-01-15T08:01:00.000Z',
    since: '2027-01-15T08:00:00.000Z',
    kind: 'refusals',
    reason: 'token_malformed',
    cluster: null,
    count: 7,
  });
  expect(answer.json.items[3]).toEqual({
    id: 4,
    at: '2027-01-15T08:00:00.000Z',
    kind: 'access',
    operation: 'reset_token',
    principal: 'owner',
    expiresAt: '2027-01-15T09:00:00.000Z',
  });
  for (const item of answer.json.items) {
    expect(Object.keys(item).filter((member) => member.endsWith('Ms'))).toEqual([]);
  }
});

test('a change of the configuration is read back, with what was there before and after', async () => {
  const admin = createTestAdmin();
  await admin.put('/clusters/prod', CLUSTER);
  const { json } = await admin.get('/audit-events?kind=change');
  expect(json.items).toHaveLength(1);
  expect(auditEventView.parse(json.items[0])).toEqual(json.items[0]);
  expect(json.items[0]).toMatchObject({
    operation: 'create',
    object: { kind: 'Cluster', identitySystem: null, name: 'prod' },
    before: null,
  });
  expect(JSON.stringify(json)).not.toContain('reviewer-token');
});

test('asks for the newest 100, and for one more that says whether there is a next page', async () => {
  const admin = createReadingAdmin();
  await admin.get('/audit-events');
  expect(admin.asked).toEqual([{ filter: {}, order: 'newest', afterId: null, limit: 101 }]);
});

test('every filter is handed on, its times as instants', async () => {
  const admin = createReadingAdmin();
  const filter = {
    kind: 'exchange',
    outcome: 'refused',
    reason: 'rule_denied',
    principal: 'bootstrap',
    cluster: 'prod',
    namespace: 'team-a',
    serviceAccount: 'web',
    identitySystem: 'myidsystem',
    requestId: 'r1',
    sourceJti: 's1',
    credentialJti: 'c1',
    credentialSha256: 'a'.repeat(64),
  };
  const times = { from: '2027-01-15T08:00:00Z', until: '2027-01-15T10:00:00+01:00' };
  const answer = await admin.get(
    `/audit-events?${new URLSearchParams({ ...filter, ...times, order: 'oldest' }).toString()}`,
  );
  expect(answer.status).toBe(200);
  expect(admin.asked[0]).toMatchObject({
    filter: { ...filter, fromMs: AT, untilMs: AT + 3_600_000 },
    order: 'oldest',
  });
});

test('pages follow one another by their cursor, and a cursor is good for its own filters and order alone', async () => {
  const found = [9, 8, 7].map((id) => ({ id, event: EXCHANGE }));
  const admin = createReadingAdmin(found);
  const first = await admin.get('/audit-events?limit=2&cluster=prod');
  expect(first.json.items.map(({ id }) => id)).toEqual([9, 8]);
  const cursor = first.json.nextCursor ?? '';
  await admin.get(`/audit-events?limit=2&cluster=prod&cursor=${cursor}`);
  expect(admin.asked.at(-1)).toMatchObject({ afterId: 8 });
  for (const other of ['', 'cluster=other&', 'cluster=prod&order=oldest&']) {
    expect((await admin.get(`/audit-events?${other}cursor=${cursor}`)).status).toBe(400);
  }
  const last = await admin.get('/audit-events?limit=3');
  expect(last.json.nextCursor).toBeNull();
});

describe('refuses', () => {
  test.each([
    'limit=0',
    'limit=1001',
    'limit=1e2',
    'cursor=',
    'cursor=MTIz',
    'kind=login',
    'kind=',
    'outcome=Issued',
    'reason=because',
    'principal=',
    `cluster=${'a'.repeat(256)}`,
    'namespace=a%00b',
    'namespace=%C3%A4',
    `credentialSha256=${'A'.repeat(64)}`,
    'from=yesterday',
    'until=2027-01-15T08:00:00',
    'order=random',
    'order=newest&order=oldest',
    'subject=web',
  ])('%s', async (query) => {
    const admin = createReadingAdmin();
    const answer = await admin.get(`/audit-events?${query}`);
    expect([answer.status, answer.json.type]).toEqual([400, 'urn:symbolon:problem:invalid_request']);
    expect(admin.asked).toEqual([]);
  });
});

test.each(['abc', '0', '-1', '1.5', '1e3', '01', '9007199254740993', '', '1\n2'])(
  'refuses a forged cursor whose position %j is no event',
  async (position) => {
    const admin = createReadingAdmin();
    const cursor = Buffer.from(`${JSON.stringify({ order: 'newest' })}\n${position}`).toString('base64url');
    expect((await admin.get(`/audit-events?cursor=${cursor}`)).status).toBe(400);
    expect(admin.asked).toEqual([]);
  },
);

test('A50: a refusal names the parameter that is wrong, and does not repeat what it held', async () => {
  const admin = createReadingAdmin();
  const { json, text } = await admin.get('/audit-events?kind=hunter2&from=hunter2');
  expect(json.detail).toMatch(/^kind .+; from .+$/);
  expect(text).not.toContain('hunter2');
});

test('who is no global owner reads nothing of what others did', async () => {
  const admin = createReadingAdmin([{ id: 1, event: EXCHANGE }]);
  expect((await admin.get('/audit-events', { token: TEAM_TOKEN })).status).toBe(403);
  expect(admin.asked).toEqual([]);
});
