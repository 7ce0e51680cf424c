import { type Connection, openConnection, type ServerAddress } from './connection.ts';
import type { JudgeAnswer } from './judge-answer.ts';
import type { RequestSource } from './token-request.ts';

export interface LoadOptions {
  readonly address: ServerAddress;
  readonly connections: number;
  readonly judge: JudgeAnswer;
  /** Ends a run early: what was sent is still waited for. */
  readonly signal?: AbortSignal;
}

export interface Span {
  readonly milliseconds: number;
  readonly source: RequestSource;
  /** Ends the span early. Default: none. */
  readonly maxRequests?: number;
}

export interface LoadResult {
  readonly answered: number;
  /** From the first request sent to the last answer. */
  readonly elapsedMs: number;
  readonly latenciesMs: readonly number[];
}

export interface ClosedLoop {
  /**
   * Every connection sends its next request as soon as it has its answer. Rejects with what was wrong where any
   * answer was: a row fails rather than be fast.
   */
  run(span: Span): Promise<LoadResult>;
  close(): void;
}

/** A run of the loop, while it lasts. */
interface Running {
  readonly span: Span;
  readonly latenciesMs: number[];
  readonly startedMs: number;
  sent: number;
  finish(wrong: string | null): void;
}

/** Opens the connections, which stay open between runs. */
export function openClosedLoop({ address, connections, judge, signal }: LoadOptions): ClosedLoop {
  let running: Running | null = null;
  const open: { readonly connection: Connection; sentMs: number }[] = [];

  function sendNext(slot: (typeof open)[number]): void {
    if (running === null) return;
    const { span, startedMs, latenciesMs } = running;
    const nowMs = performance.now();
    const isOver =
      nowMs - startedMs >= span.milliseconds ||
      running.sent >= (span.maxRequests ?? Infinity) ||
      signal?.aborted === true;
    const request = isOver ? null : span.source.next();
    if (request !== null) {
      running.sent += 1;
      slot.sentMs = nowMs;
      slot.connection.send(request);
    } else if (latenciesMs.length === running.sent) running.finish(null);
  }

  for (let index = 0; index < connections; index++) {
    const slot = {
      sentMs: 0,
      connection: openConnection(address, {
        answered(answer) {
          const wrong = judge(answer);
          if (wrong !== null) running?.finish(wrong);
          running?.latenciesMs.push(performance.now() - slot.sentMs);
          sendNext(slot);
        },
        broken: (cause) => running?.finish(cause.message),
      }),
    };
    open.push(slot);
  }

  return {
    run: (span) =>
      new Promise((resolve, reject) => {
        const startedMs = performance.now();
        const latenciesMs: number[] = [];
        running = {
          span,
          latenciesMs,
          startedMs,
          sent: 0,
          finish(wrong) {
            running = null;
            const elapsedMs = performance.now() - startedMs;
            if (wrong === null) resolve({ answered: latenciesMs.length, elapsedMs, latenciesMs });
            else reject(new Error(`a wrong answer after ${latenciesMs.length} right ones: ${wrong}`));
          },
        };
        for (const slot of open) sendNext(slot);
      }),
    close: () => {
      for (const { connection } of open) connection.close();
    },
  };
}
