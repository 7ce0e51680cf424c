import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TroubleGround } from './trouble-ground.ts';

/** A change that was asked of the admin API. */
export interface Change {
  /** Of the rule that was to be made. */
  readonly name: string;
  /** Milliseconds of `performance.now()`. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** Null: no answer came in time, or none at all. */
  readonly status: number | null;
  /** Of the problem that was answered (RFC 9457). */
  readonly type: string | null;
  readonly retryAfter: string | null;
}

export interface Changing {
  /** Those that have ended. */
  changes(): readonly Change[];
  /** Begins no more, and waits for those that were begun. */
  stop(): Promise<readonly Change[]>;
}

const PAUSE_MS = 50;
/** An event that holds it fills a disk soon. */
const noise = () => randomBytes(375).toString('base64url');
const RULE = {
  effect: 'allow',
  match: { clusters: ['east'], namespaces: ['never'], serviceAccounts: ['never'] },
  targets: ['vault'],
};

/** Operators, each of whom makes one new rule after the other; no two have the same name. */
export function startChanging(
  ground: TroubleGround,
  {
    prefix,
    operators,
    timeoutMs,
  }: { readonly prefix: string; readonly operators: number; readonly timeoutMs: number },
): Changing {
  const changes: Change[] = [];
  let isStopped = false;
  let number = 0;
  async function runOperator(): Promise<void> {
    while (!isStopped) {
      changes.push(await makeRule(ground, { name: `${prefix}-${number++}`, timeoutMs }));
      await delay(PAUSE_MS);
    }
  }
  const running = Array.from({ length: operators }, runOperator);
  return {
    changes: () => changes,
    async stop() {
      isStopped = true;
      await Promise.all(running);
      return changes;
    },
  };
}

async function makeRule(
  { broker, adminToken }: TroubleGround,
  { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number },
): Promise<Change> {
  const startedMs = performance.now();
  const told = await fetch(`${broker.admin}/admin/v1/identity-systems/vault/rules/${name}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...RULE, description: noise() }),
    signal: AbortSignal.timeout(timeoutMs),
  })
    .then(async (answer) => {
      const { type } = (await answer.json()) as { readonly type?: string };
      return { status: answer.status, type: type ?? null, retryAfter: answer.headers.get('retry-after') };
    })
    .catch(() => ({ status: null, type: null, retryAfter: null }));
  return { name, startedMs, endedMs: performance.now(), ...told };
}
