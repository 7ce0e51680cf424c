import { createHash } from 'node:crypto';
import type { Principal, TombstoneKind } from '@symbolon/core';
import type { ProblemError } from '@symbolon/protocol';
import { createMemoryStores } from '@symbolon/storage/memory';
import { createFakeClock } from '@symbolon/testkit';
import { createAdmin } from './create-admin.ts';
import type { AdminDeps } from './ports.ts';

export const ISSUER = 'https://broker.company.com';
export const MERGE_PATCH = 'application/merge-patch+json';
export const OWNER_TOKEN = 'owner-token-0123456789-0123456789-0123456789';
export const TEAM_TOKEN = 'team-token-0123456789-0123456789-01234567890';

const PRINCIPALS: Readonly<Record<string, Principal>> = {
  [OWNER_TOKEN]: { id: 'bootstrap', isGlobalOwner: true },
  [TEAM_TOKEN]: { id: 'team', isGlobalOwner: false },
};

export interface Call {
  /** Null: no Authorization header. Default: the global owner's. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string or bytes as they are. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the answer is no JSON. */
  readonly json: AnswerJson;
}

/** The members, of objects, lists and problems, that tests look into one by one. */
export interface AnswerJson {
  readonly [member: string]: unknown;
  readonly items: readonly { readonly name: string; readonly [member: string]: unknown }[];
  readonly nextCursor: string | null;
  readonly metadata: { readonly createdAt: string };
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
}

/** The composed admin app on the store in memory, with everything that it told the rest of the process. */
export function createTestAdmin(overrides: Partial<AdminDeps> = {}) {
  const stores = createMemoryStores();
  const clock = createFakeClock(Date.UTC(2027, 0, 15, 8));
  const logged: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields, message });
  };
  let policyChanges = 0;
  let ids = 0;
  const app = createAdmin({
    ...stores,
    authenticate: (token) => PRINCIPALS[token] ?? null,
    sealClusterCredential: async (cluster, token) => ({
      sealed: `sealed:${sha256(`${cluster} ${token}`)}`,
      fingerprint: sha256(token).slice(0, 16),
    }),
    policyChanged: async () => {
      policyChanges += 1;
    },
    now: clock.now,
    createId: () => `request-${++ids}`,
    issuer: ISSUER,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    isCredentialPath: null,
    inCluster: null,
    // Tests of what needs them give their own.
    explain: async () => {
      throw new Error('this test explains nothing');
    },
    readClusterStatus: async () => [],
    ...overrides,
  });

  async function call(method: string, path: string, options: Call = {}): Promise<Answer> {
    const { token = OWNER_TOKEN, headers, body } = options;
    const response = await app.request(`/admin/v1${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: encode(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').endsWith('json');
    const json = JSON.parse(isJson && text !== '' ? text : '{}') as AnswerJson;
    return { status: response.status, headers: response.headers, text, json };
  }

  return {
    app,
    stores,
    clock,
    logged,
    call,
    policyChanges: () => policyChanges,
    get: (path: string, options?: Call) => call('GET', path, options),
    delete: (path: string, options?: Call) => call('DELETE', path, options),
    put: (path: string, body: unknown, options: Call = {}) => call('PUT', path, { ...options, body }),
    post: (path: string, body: unknown, options: Call = {}) => call('POST', path, { ...options, body }),
    /** Merges into whatever is there. */
    patch: (path: string, body: unknown, options: Call = {}) =>
      call('PATCH', path, {
        ...options,
        body,
        headers: { 'Content-Type': MERGE_PATCH, 'If-Match': '*', ...options.headers },
      }),
    /** Replaces whatever is there. */
    replace: (path: string, body: unknown, options: Call = {}) =>
      call('PUT', path, { ...options, body, headers: { 'If-Match': '*', ...options.headers } }),
    /** As a global owner lets a name or an audience be used again. */
    release: (kind: TombstoneKind, name: string, options: Call = {}) =>
      call('POST', '/tombstones:release', { ...options, body: { kind, name } }),
    auditEvents: async () =>
      (await stores.listAuditEvents({ filter: {}, order: 'oldest', afterId: null, limit: 1000 })).map(
        ({ event }) => event,
      ),
  };
}

export type TestAdmin = ReturnType<typeof createTestAdmin>;

/** The pointers of a problem's errors, in order. */
export function pointersOf({ json }: Answer): readonly string[] {
  return (json.errors ?? []).map(({ pointer }) => pointer);
}

function encode(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const SYSTEM = { identityDomain: 'prod' };
export const TARGET = { audiences: ['https://vault.company.com'] };
export const RULE = {
  effect: 'allow',
  match: { clusters: ['prod'], namespaces: ['*'], serviceAccounts: ['*'] },
  targets: ['vault'],
};
export const CLUSTER = {
  issuers: ['https://kubernetes.default.svc.cluster.local'],
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  apiServer: { url: 'https://prod.company.com:6443', credential: { kind: 'token', token: 'reviewer-token' } },
};

export const REVOCATION = { workload: { cluster: 'prod', namespace: 'demo' }, reason: 'a leaked token' };

/** One object of every kind, each body valid in an empty deployment that has the system `myidsystem`. */
export const KINDS = [
  {
    kind: 'IdentitySystem',
    path: '/identity-systems/other',
    body: SYSTEM,
    changed: { ...SYSTEM, displayName: 'Other' },
  },
  {
    kind: 'Target',
    path: '/identity-systems/myidsystem/targets/vault',
    body: TARGET,
    changed: { ...TARGET, enabled: false },
  },
  {
    kind: 'MappingRule',
    path: '/identity-systems/myidsystem/rules/all',
    body: RULE,
    changed: { ...RULE, priority: 5 },
  },
  // Its domain is its own name, which no system names, so that it may be deleted too.
  { kind: 'Cluster', path: '/clusters/eu1', body: CLUSTER, changed: { ...CLUSTER, clockSkewSeconds: 5 } },
  {
    kind: 'Revocation',
    path: '/revocations/leaked',
    body: REVOCATION,
    changed: { ...REVOCATION, reason: 'a pod that was taken over' },
  },
] as const;

/** A deployment with the identity system `myidsystem` and nothing else. */
export async function createAdminWithSystem(overrides: Partial<AdminDeps> = {}): Promise<TestAdmin> {
  const admin = createTestAdmin(overrides);
  await admin.put('/identity-systems/myidsystem', SYSTEM);
  return admin;
}
