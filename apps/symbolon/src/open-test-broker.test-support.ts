import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config/load-config.ts';
import type { Log } from './log.ts';
import { type Broker, openBroker } from './wire.ts';

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface TestBroker extends Broker {
  readonly issuer: string;
  readonly dataDir: string;
  /** Creates an object through the admin API; throws where that is not answered 2xx. */
  put(path: string, body: object): Promise<void>;
  /** Replaces one, whatever it is now. */
  replace(path: string, body: object): Promise<void>;
  /** A token exchange; the answer's status and body. */
  exchange(form: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Closes it and removes its folder. */
  remove(): Promise<void>;
}

/** The whole broker on a fresh data folder, spoken to without sockets. */
export async function openTestBroker(env: Record<string, string> = {}): Promise<TestBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-broker-'));
  const issuer = 'http://127.0.0.1:8080';
  const config = loadConfig({ env: { ...env, SYMBOLON_DATA_DIR: dataDir }, file: null });
  const broker = await openBroker({ config, issuer, log: SILENT, now: Date.now });
  const adminToken = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
  async function write(path: string, body: object, precondition: Record<string, string>): Promise<void> {
    const response = await broker.admin(
      new Request(`http://127.0.0.1:8081/admin/v1/${path}`, {
        method: 'PUT',
        headers: {
          Authorization: `Bearer ${adminToken}`,
          'Content-Type': 'application/json',
          ...precondition,
        },
        body: JSON.stringify(body),
      }),
    );
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  }

  return {
    ...broker,
    issuer,
    dataDir,
    put: (path, body) => write(path, body, { 'If-None-Match': '*' }),
    replace: (path, body) => write(path, body, { 'If-Match': '*' }),
    async exchange(form) {
      const response = await broker.gateway(
        new Request(`${issuer}/token`, {
          method: 'POST',
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
      await broker.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
