import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdminDeps, createAdmin } from '@symbolon/admin';
import { createMemoryStores } from '@symbolon/storage/memory';
import type { HttpRequest } from './send-http.ts';
import { createTestCli, sendTo, type TestCliOptions } from './test-support.ts';

const ADMIN_TOKEN = 'owner-token-0123456789-0123456789-0123456789';
const NOW_MS = Date.UTC(2027, 0, 15, 8);

/** What the admin API answered instead, for a request that a test singles out; null lets it pass. */
export type Intercept = (request: Request) => Response | Promise<Response | null> | null;

/** A command line beside an admin API of its own, on stores in memory. */
export function createTestDeployment(
  options: Partial<TestCliOptions> & {
    readonly deps?: Partial<AdminDeps>;
    readonly intercept?: Intercept;
  } = {},
) {
  const { deps, intercept, ...cliOptions } = options;
  const stores = createMemoryStores();
  let ids = 0;
  const app = createAdmin({
    ...stores,
    authenticate: (token) => (token === ADMIN_TOKEN ? { id: 'bootstrap', isGlobalOwner: true } : null),
    sealClusterCredential: async () => ({ sealed: 'sealed', fingerprint: 'f'.repeat(16) }),
    policyChanged: async () => {},
    now: () => NOW_MS,
    createId: () => `request-${++ids}`,
    issuer: 'https://broker.company.com',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    isCredentialPath: null,
    inCluster: null,
    explain: async () => {
      throw new Error('this test explains nothing');
    },
    readClusterStatus: async () => [],
    ...deps,
  });
  const seen: HttpRequest[] = [];
  const sendHttp = sendTo(async (request) => (await intercept?.(request)) ?? app.fetch(request), seen);
  const cli = createTestCli({ sendHttp, now: () => NOW_MS, ...cliOptions });
  mkdirSync(join(cli.folder, 'symbolon-data'), { recursive: true });
  writeFileSync(join(cli.folder, 'symbolon-data', 'admin-token'), `${ADMIN_TOKEN}\n`);

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    return app.request(`/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${ADMIN_TOKEN}`,
        'Content-Type': 'application/json',
        ...(method === 'PUT' || method === 'DELETE' ? { 'If-Match': '*' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  return {
    ...cli,
    stores,
    /** Every request that commands sent, in order. */
    seen,
    call,
    /** The admin API, for a test that lets another process speak to it. */
    app,
    /** Makes an object that is not there. */
    async put(path: string, body: object): Promise<void> {
      const response = await app.request(`/admin/v1${path}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    },
    write: (name: string, text: string): void => writeFileSync(join(cli.folder, name), text),
  };
}

export const CLUSTER = {
  issuers: ['https://kubernetes.default.svc.cluster.local'],
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  apiServer: { url: 'https://prod.company.com:6443', credential: { kind: 'token', token: 'reviewer-token' } },
};
export const SYSTEM = { identityDomain: 'prod' };
export const TARGET = { audiences: ['https://vault.company.com'] };
export const RULE = {
  effect: 'allow',
  match: { clusters: ['prod'], namespaces: ['web'], serviceAccounts: ['*'] },
  targets: ['vault'],
};

/** The same four objects as one file. */
export const MANIFESTS = `kind: MappingRule
name: web-tier
identitySystem: myidsystem
spec:
  effect: allow
  match:
    clusters: [prod]
    namespaces: [web]
    serviceAccounts: ["*"]
  targets: [vault]
---
kind: Target
name: vault
identitySystem: myidsystem
spec:
  audiences: [https://vault.company.com]
---
kind: IdentitySystem
name: myidsystem
labels: {team: payments}
spec:
  identityDomain: prod
---
kind: Cluster
name: prod
spec:
  issuers: [https://kubernetes.default.svc.cluster.local]
  validation: {mode: offline, jwks: {source: apiServer}}
  apiServer: {url: "https://prod.company.com:6443"}
`;
