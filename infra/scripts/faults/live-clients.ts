import { setTimeout as delay } from 'node:timers/promises';
import type { Heard } from './judge-live.ts';
import type { Question } from './live-world.ts';
import { tokenRequest } from './load.ts';

/** A gateway that questions are put to, and how many clients put them. */
export interface Asked {
  readonly replica: string;
  readonly url: string;
  readonly clients: number;
}

export interface LiveClients {
  heard(): readonly Heard[];
  /** Asks nothing more and waits for what was asked. */
  stop(): Promise<readonly Heard[]>;
}

const MAX_PAUSE_MS = 60;
const TIMEOUT_MS = 20_000;

/** Clients that put questions to gateways, each one after the other in an order of its own, until they are stopped. */
export function startLiveClients(gateways: readonly Asked[], questions: readonly Question[]): LiveClients {
  const heard: Heard[] = [];
  let isStopped = false;
  async function runClient(gateway: Asked): Promise<void> {
    while (!isStopped) {
      const question = questions[Math.floor(Math.random() * questions.length)];
      if (question !== undefined) heard.push(await ask(gateway, question));
      await delay(Math.random() * MAX_PAUSE_MS);
    }
  }
  const running = gateways.flatMap((gateway) =>
    Array.from({ length: gateway.clients }, () => runClient(gateway)),
  );
  return {
    heard: () => heard,
    async stop() {
      isStopped = true;
      await Promise.all(running);
      return heard;
    },
  };
}

/** Puts one question, with all scopes, and takes the answer as it comes. */
export async function ask(
  { replica, url }: Pick<Asked, 'replica' | 'url'>,
  question: Question,
): Promise<Heard> {
  const startedMs = performance.now();
  const answer = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `${tokenRequest(question.subjectToken, question.audience)}&scope=read+write`,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(wordFor, (error: unknown) => `no answer: ${String(error)}`);
  return { question, replica, startedMs, endedMs: performance.now(), answer };
}

async function wordFor(response: Response): Promise<string> {
  const { scope, reason } = (await response.json()) as { readonly scope?: string; readonly reason?: string };
  if (response.status === 200) return `issued ${scope}`;
  if (response.status !== 400) return `${response.status} ${reason}`;
  return reason?.startsWith('token_') ? 'unproven' : 'refused';
}
