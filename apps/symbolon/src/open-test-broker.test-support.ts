import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config/load-config.ts';
import type { Log } from './log.ts';
import { type Broker, openBroker } from './wire.ts';

export interface TestBroker extends Broker {
  readonly issuer: string;
  readonly dataDir: string;
  readonly adminToken: string;
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

/** The whole broker on a fresh data folder, spoken to without sockets. */
export async function openTestBroker(env: Record<string, string> = {}): Promise<TestBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-broker-'));
  const logged: object[] = [];
  const write = (fields: object, message: string) => void logged.push({ ...fields, message });
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const config = loadConfig({ env: { ...env, SYMBOLON_DATA_DIR: dataDir }, file: null });
  const issuer = config.issuer ?? 'http://127.0.0.1:8080';
  const broker = await openBroker({ config, issuer, log, now: Date.now, connections: () => new Map() });
  const adminToken = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();

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
    return broker.admin(request);
  }

  async function put(path: string, body: object, headers: Record<string, string>): Promise<void> {
    const response = await ask(path, { method: 'PUT', body, headers });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  }

  let closed: Promise<void> | undefined;
  const close = () => (closed ??= broker.close());
  return {
    ...broker,
    close,
    issuer,
    dataDir,
    adminToken,
    logged,
    ask,
    put: (path, body) => put(path, body, { 'If-None-Match': '*' }),
    replace: (path, body) => put(path, body, { 'If-Match': '*' }),
    async exchange(form, headers = {}) {
      const response = await broker.gateway(
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
