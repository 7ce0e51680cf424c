import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateSettings } from '@symbolon/testkit';
import { loadConfig } from './config/load-config.ts';
import type { ProcessLog } from './log.ts';
import type { ServerName } from './serve/metrics/request-metrics.ts';
import type { Broker, Handle } from './wire/broker.ts';
import { openBroker } from './wire/open-broker.ts';

export interface TestBroker extends Omit<Broker, 'handlers'>, Readonly<Record<ServerName, Handle>> {
  readonly issuer: string;
  readonly dataDir: string;
  readonly adminToken: string;
  /** What nobody may ever read of it: its token, its key, the way to its state. */
  readonly secrets: readonly string[];
  /** Every event of the log, debug included. */
  readonly logged: readonly object[];
  /** A request to the admin API, by its owner where no other headers are given; a body is sent as JSON. */
  ask(path: string, options?: AskOptions): Promise<Response>;
  /** Creates an object through the admin API; throws where that is not answered 2xx. */
  put(path: string, body: object): Promise<void>;
  /** Replaces one, whatever it is now. */
  replace(path: string, body: object): Promise<void>;
  /** A token exchange; the answer's status and body. */
  exchange(
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Closes it and removes its folder. */
  remove(): Promise<void>;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** The whole broker with no state, where the test run keeps that, spoken to without sockets. */
export async function openTestBroker(env: Record<string, string> = {}): Promise<TestBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-broker-'));
  const logged: object[] = [];
  const write = (fields: object, message: string) => void logged.push({ ...fields, message });
  const log: ProcessLog = {
    debug: write,
    info: write,
    warn: write,
    error: write,
    frequent: (message, common) => (fields) => write({ ...common, ...fields }, message),
  };
  const state = await stateSettings(dataDir);
  const config = loadConfig({ env: { ...env, ...state }, file: null });
  const issuer = config.issuer ?? 'http://127.0.0.1:8080';
  const { handlers, ...broker } = await openBroker({
    config,
    issuer,
    log,
    now: Date.now,
    connections: () => new Map(),
    tlsCertificate: () => null,
  });
  const { metrics } = handlers;
  const [gateway, admin] = [doorOf(handlers.gateway), doorOf(handlers.admin)];
  const [adminToken, key] = ['admin-token', 'key-encryption-key'].map((file) =>
    readFileSync(join(dataDir, file), 'utf8').trim(),
  ) as [string, string];
  const password = URL.parse(state.SYMBOLON_DATABASE_URL ?? '')?.password;

  async function ask(
    path: string,
    { method = 'GET', headers = {}, body }: AskOptions = {},
  ): Promise<Response> {
    const request = new Request(`http://127.0.0.1:8081/admin/v1/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${adminToken}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return admin(request);
  }

  async function put(path: string, body: object, headers: Record<string, string>): Promise<void> {
    const response = await ask(path, { method: 'PUT', body, headers });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  }

  let closed: Promise<void> | undefined;
  const close = () => (closed ??= broker.close());
  return {
    ...broker,
    gateway,
    admin,
    metrics,
    close,
    issuer,
    dataDir,
    adminToken,
    secrets: [adminToken, key, dataDir, ...(password === undefined ? [] : [password])],
    logged,
    ask,
    put: (path, body) => put(path, body, { 'If-None-Match': '*' }),
    replace: (path, body) => put(path, body, { 'If-Match': '*' }),
    async exchange(form, headers = {}) {
      const response = await gateway(
        new Request(`${issuer}/token`, {
          method: 'POST',
          headers,
          body: new URLSearchParams({
            grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
            subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
            ...form,
          }),
        }),
      );
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async remove() {
      await close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function doorOf(handle: Handle | undefined): Handle {
  if (handle === undefined) throw new Error('a broker of all roles has every door');
  return handle;
}
