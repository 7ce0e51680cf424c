import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeToken } from '@symbolon/testkit';

/*
 * What tests of faults share: callers of the token endpoint that go on whatever they are answered, a record of each
 * answer that is taken outside of the broker as it arrives, and what is compared with it. It is apart from the bench's
 * load because that one ends at the first wrong answer, and here the wrong answers are what is looked for.
 */

/** One request. Times are milliseconds of `performance.now()`. */
export interface Outcome {
  readonly startedMs: number;
  readonly endedMs: number;
  /** Null: no answer came, or not all of it. */
  readonly status: number | null;
  /** Of the credential that a 200 brought. */
  readonly jti: string | null;
  /** The broker's word for a refusal. */
  readonly reason: string | null;
  readonly retryAfter: string | null;
  /** By which the audit trail knows it. */
  readonly requestId: string | null;
  /** Why no answer came: the code of the connection's error, or `TIMEOUT`. Of an answer that is none: `MALFORMED`. */
  readonly error: string | null;
}

export type Outcomes = readonly Outcome[];

export interface LoadOptions {
  /** Plain http. */
  readonly issuer: string;
  /** Subject tokens; each client goes through all of them. */
  readonly tokens: readonly string[];
  readonly audience: string;
  /** Each has a connection of its own, kept alive, and at most one request in flight. */
  readonly clients: number;
  /** Between an answer and the client's next request, at most; it is random. Default 20. */
  readonly maxPauseMs?: number;
  /** What a client waits besides where it was not served. Default 0, which no good client would. */
  readonly backOffMs?: number;
  /** Default 30,000. */
  readonly timeoutMs?: number;
}

export interface Load {
  /** Of the requests that have ended, in the order in which they did. */
  outcomes(): Outcomes;
  /** Sends nothing more, waits for what was sent, and closes the connections. */
  stop(): Promise<Outcomes>;
}

/** Clients that ask for credentials until they are stopped. They retry nothing and take every answer as it comes. */
export function startLoad(options: LoadOptions): Load {
  const { tokens, clients, maxPauseMs = 20, backOffMs = 0, timeoutMs = 30_000 } = options;
  const outcomes: Outcome[] = [];
  const bodies = tokens.map((token) => tokenRequest(token, options.audience));
  const url = new URL(`${options.issuer}/token`);
  let isStopped = false;

  async function runClient(first: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = first; !isStopped; turn += 1) {
      const body = bodies[turn % bodies.length] ?? '';
      const outcome = await askOnce({ url, agent, body, timeoutMs });
      outcomes.push(outcome);
      await delay(Math.random() * maxPauseMs + (outcome.status === 200 ? 0 : backOffMs));
    }
    agent.destroy();
  }

  const running = Array.from({ length: clients }, (_, index) => runClient(index));
  return {
    outcomes: () => outcomes,
    async stop() {
      isStopped = true;
      await Promise.all(running);
      return outcomes;
    },
  };
}

/** RFC 8693 §2.1, as a form. */
export function tokenRequest(subjectToken: string, audience: string): string {
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: subjectToken,
    audience,
  }).toString();
}

interface Question {
  readonly url: URL;
  readonly agent: Agent;
  readonly body: string;
  readonly timeoutMs: number;
}

async function askOnce(question: Question): Promise<Outcome> {
  const startedMs = performance.now();
  const told = await tell(question);
  return { startedMs, endedMs: performance.now(), ...told };
}

type Told = Omit<Outcome, 'startedMs' | 'endedMs'>;

const NOTHING_TOLD = {
  status: null,
  jti: null,
  reason: null,
  retryAfter: null,
  requestId: null,
  error: null,
};

async function tell(question: Question): Promise<Told> {
  try {
    const { answer, body } = await post(question);
    const { statusCode: status = null } = answer;
    const retryAfter = answer.headers['retry-after'] ?? null;
    const requestId = wordOrNull(answer.headers['x-request-id']);
    return { ...NOTHING_TOLD, status, retryAfter, requestId, ...contentOf(body) };
  } catch (error) {
    return { ...NOTHING_TOLD, error: codeOf(error) };
  }
}

function post({ url, agent, body, timeoutMs }: Question): Promise<{ answer: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = request(url, { method: 'POST', agent, headers, signal }, (answer) => {
      text(answer).then((all) => resolve({ answer, body: all }), reject);
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

function contentOf(body: string): Pick<Told, 'jti' | 'reason' | 'error'> {
  try {
    const { access_token: credential, reason } = JSON.parse(body) as Record<string, unknown>;
    const jti = typeof credential === 'string' ? decodeToken(credential).claims.jti : null;
    return { jti: wordOrNull(jti), reason: wordOrNull(reason), error: null };
  } catch {
    return { jti: null, reason: null, error: 'MALFORMED' };
  }
}

function wordOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'TIMEOUT';
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
