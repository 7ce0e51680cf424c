import type { JsonValue } from '@symbolon/core';
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';
import type { JsonObject } from '../objects/json-of.ts';
import type { ProblemStatus } from './operation.ts';
import type { SchemaName } from './schemas.ts';

/** One deployment as an example: an example of every body and every answer, and none of a secret. */

const common = { labels: { team: 'platform' }, description: '' };
const metadata = {
  createdAt: '2027-01-15T08:00:00.000Z',
  updatedAt: '2027-01-15T08:00:00.000Z',
  updatedBy: 'bootstrap',
  epoch: 7,
};
const epoch = { number: 12, id: 'q3Jc0rN1x7E' };

const identitySystem = {
  displayName: 'Company secrets store',
  subject: '{namespace}.{serviceAccount}',
  identityDomain: 'prod',
  audiencePatterns: ['https://*.vault.company.com'],
  ...common,
};

const target = {
  audiences: ['https://eu.vault.company.com'],
  tokenTypes: ['access_token'],
  signingAlgorithm: 'ES256',
  defaultTtlSeconds: 600,
  minTtlSeconds: 60,
  maxTtlSeconds: 3600,
  mayOutliveSource: false,
  maxSubjectBytes: 255,
  scopes: ['secrets:read'],
  claims: { include: ['pod'] },
  enabled: true,
  ...common,
};

const rule = {
  effect: 'allow',
  enforcement: 'enforce',
  priority: 0,
  match: { clusters: ['prod'], namespaces: ['team-*'], serviceAccounts: ['web'] },
  allowDefaultServiceAccount: false,
  targets: ['eu'],
  scopes: ['secrets:read'],
  claims: { tier: 'gold' },
  ttlSeconds: 300,
  enabled: true,
  ...common,
};

const cluster = {
  displayName: 'Production',
  identityDomain: 'prod',
  issuers: ['https://kubernetes.default.svc.cluster.local'],
  audiences: ['https://broker.company.com'],
  allowSharedAudience: false,
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  allowedAlgorithms: ['RS256', 'ES256'],
  reviewCacheSeconds: 10,
  watchStaleSeconds: 75,
  lockOutOn: 'deletion',
  maxTokenLifetimeSeconds: 86_400,
  clockSkewSeconds: 30,
  enabled: true,
  ...common,
};

const revocation = {
  workload: { cluster: 'prod', namespace: 'team-a', serviceAccount: 'web' },
  issuedBefore: '2027-01-15T08:00:00Z',
  reason: 'token found in a build log',
  expiresAt: '2027-02-15T08:00:00Z',
  ...common,
};

const ownedBy = { identitySystem: 'myidsystem' };

const views = {
  IdentitySystem: { name: 'myidsystem', ...identitySystem, metadata },
  Target: { name: 'eu', ...ownedBy, ...target, metadata },
  MappingRule: { name: 'web', ...ownedBy, ...rule, metadata },
  Cluster: {
    name: 'prod',
    ...cluster,
    apiServer: {
      url: 'https://prod.company.com:6443',
      credential: { kind: 'token', token: { set: true, fingerprint: '5f70bf18a0860070' } },
    },
    metadata,
  },
  Revocation: { name: 'leaked-build-log', ...revocation, metadata },
  Tombstone: {
    kind: 'IdentitySystem',
    name: 'oldsystem',
    identitySystem: null,
    identityDomain: null,
    deletedAt: '2027-01-14T09:30:00.000Z',
    deletedBy: 'bootstrap',
    epoch: { number: 5, id: 'Zk2v9QmB4aU' },
  },
};

const workload = {
  cluster: 'prod',
  namespace: 'team-a',
  serviceAccount: 'web',
  serviceAccountUid: '0f6f2c5e-8f3a-4c61-9d53-3a1b0f0f7a11',
  pod: 'web-6d8f7-x2x9p',
  podUid: 'c1d2ff1e-7a4b-4a52-8a2c-9e5d2b7c0d22',
  node: 'node-1',
  nodeUid: null,
  sourceJti: 'b3b7b2a2-8a54-4d2b-9a3e-0c8a6a5f1e33',
};

const requested = {
  audiences: ['https://eu.vault.company.com'],
  unknownAudiences: 0,
  scopes: ['secrets:read'],
  unknownScopes: 0,
  tokenType: null,
};

const heldKeys = {
  readAt: '2027-01-15T08:00:00.000Z',
  keyIds: ['a1b2c3'],
  dropped: 0,
  failure: null,
  unusableAt: '2027-01-15T09:00:00.000Z',
};

const auditEvent = {
  id: 4711,
  at: '2027-01-15T08:05:00.000Z',
  kind: 'exchange',
  requestId: '01J9ZK3V5T',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
  outcome: 'issued',
  reason: null,
  epoch,
  workload,
  requested,
  clientId: null,
  ...ownedBy,
  target: 'eu',
  rule: 'web',
  credential: {
    subject: 'myidsystem.team-a.web',
    audience: ['https://eu.vault.company.com'],
    scopes: ['secrets:read'],
    tokenType: 'access_token',
    jti: '0d4f6b0e-52a9-4c8e-9f9d-6a7b8c9d0e44',
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    issuedAtSeconds: 1_800_000_300,
    expiresAtSeconds: 1_800_000_600,
  },
};

const explanation = {
  decision: 'refuse',
  reason: 'rule_not_matched',
  epoch,
  workload: { ...workload, namespace: 'Team-A', sourceJti: null },
  ...ownedBy,
  target: 'eu',
  steps: [
    { step: 'target', outcome: 'passed', detail: 'The audience names the target eu of myidsystem.' },
    { step: 'rule', outcome: 'failed', detail: 'No rule matches.' },
    { step: 'lifetime', outcome: 'not_reached', detail: 'An earlier step failed.' },
  ],
  rules: [
    {
      name: 'web',
      effect: 'allow',
      priority: 0,
      isDraft: false,
      outcome: 'not_matched',
      because: [{ aspect: 'namespace', detail: 'The namespace is Team-A; the rule has team-*.' }],
    },
  ],
  rulesOmitted: 0,
  nearMisses: [{ kind: 'letter_case', detail: 'With team-a for Team-A the rule web would match.' }],
  credential: null,
  lockOut: {
    mode: 'offline',
    exchangesRefusedWithinSeconds: 86_430,
    lastCredentialDeadWithinSeconds: null,
  },
};

function pageOf(item: JsonValue): JsonObject {
  return { items: [item], nextCursor: null };
}

export const EXAMPLES: Readonly<Record<SchemaName, JsonObject>> = {
  IdentitySystemBody: { displayName: 'Company secrets store', identityDomain: 'prod' },
  TargetBody: { audiences: ['https://eu.vault.company.com'], scopes: ['secrets:read'] },
  MappingRuleBody: {
    effect: 'allow',
    match: { clusters: ['prod'], namespaces: ['team-*'], serviceAccounts: ['web'] },
    targets: ['eu'],
    scopes: ['secrets:read'],
    ttlSeconds: 300,
  },
  ClusterBody: {
    issuers: ['https://kubernetes.default.svc.cluster.local'],
    validation: { mode: 'offline' },
    apiServer: { url: 'https://prod.company.com:6443' },
  },
  RevocationBody: revocation,
  ReleaseBody: { kind: 'IdentitySystem', name: 'oldsystem' },
  ExplainBody: {
    workload: { cluster: 'prod', namespace: 'team-a', serviceAccount: 'web' },
    audience: ['https://eu.vault.company.com'],
    scope: 'secrets:read',
  },
  IdentitySystemPatch: { displayName: 'Secrets store' },
  TargetPatch: { enabled: false },
  MappingRulePatch: { priority: 10, ttlSeconds: null },
  ClusterPatch: { clockSkewSeconds: 10 },
  RevocationPatch: { expiresAt: null },
  ...views,
  IdentitySystemPage: pageOf(views.IdentitySystem),
  TargetPage: pageOf(views.Target),
  MappingRulePage: pageOf(views.MappingRule),
  ClusterPage: pageOf(views.Cluster),
  RevocationPage: pageOf(views.Revocation),
  TombstonePage: pageOf(views.Tombstone),
  ClusterStatus: {
    name: 'prod',
    keys: heldKeys,
    replicas: [
      { name: 'symbolon-0-1', writtenAt: '2027-01-15T08:02:05.000Z', isStale: false, keys: heldKeys },
    ],
    lockOut: {
      mode: 'offline',
      exchangesRefusedWithinSeconds: 86_430,
      lastCredentialDeadWithinSeconds: 86_400,
    },
  },
  Explanation: explanation,
  AuditEvent: auditEvent,
  AuditEventPage: { items: [auditEvent], nextCursor: 'eyJvcmRlciI6Im5ld2VzdCJ9CjQ3MTE' },
  Whoami: { id: 'bootstrap', isGlobalOwner: true },
  Problem: problem('not_found'),
  OpenApi: { openapi: '3.1.1' },
};

/** Of the codes that share a status, the one that callers meet. */
export const PROBLEM_EXAMPLES: Readonly<Record<ProblemStatus, JsonObject>> = {
  400: problem('invalid_body', {
    errors: [{ pointer: '/audience', detail: 'is an unknown field. Did you mean audiences?' }],
  }),
  401: problem('unauthenticated', { detail: 'send the header "Authorization: Bearer <token>"' }),
  403: problem('forbidden', {
    errors: [{ pointer: '/audiencePatterns', detail: 'may be set by a global owner alone' }],
  }),
  404: problem('not_found'),
  409: problem('conflict', { errors: [{ pointer: '/audiences/0', detail: 'is taken or reserved' }] }),
  412: problem('precondition_failed', { detail: 'If-Match does not name what is there' }),
  413: problem('body_too_large', { detail: 'at most 1048576 bytes are read' }),
  415: problem('media_type_unsupported', { detail: 'send the body as application/json' }),
  422: problem('idempotency_key_reused', { detail: 'send another key with another request' }),
  428: problem('precondition_required', { detail: 'read the object and send its ETag in If-Match' }),
  500: problem('internal_error'),
  503: problem('unavailable'),
};

function problem(code: ProblemCode, more: JsonObject = {}): JsonObject {
  return { type: `urn:symbolon:problem:${code}`, ...PROBLEMS[code], ...more, requestId: '01J9ZK3V5T' };
}
