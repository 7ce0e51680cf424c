import type { LoadOptions } from './closed-loop.ts';
import { type Connection, openConnection } from './connection.ts';
import type { RequestSource } from './token-request.ts';

export interface OpenLoopOptions extends LoadOptions {
  readonly requestsPerSecond: number;
  /** Before what is measured: connections are opened meanwhile, and what was before comes to rest. */
  readonly warmUpMs: number;
  /** Of what is measured. */
  readonly milliseconds: number;
  readonly source: RequestSource;
}

export interface OpenLoopResult {
  /** From the instant at which the request was due, whether or not a connection was free to send it then; none of the warm-up. */
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}

interface Slot {
  readonly connection: Connection;
  dueMs: number;
}

/**
 * Sends requests at the instants of a Poisson process, whatever becomes of those before: a server that stalls is
 * charged for every request that was due meanwhile. Rejects with what was wrong where any answer was.
 */
export function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { address, connections, judge, source, warmUpMs, milliseconds, signal } = options;
  const meanGapMs = 1000 / options.requestsPerSecond;
  return new Promise((resolve, reject) => {
    const slots: Slot[] = [];
    const free: Slot[] = [];
    const latenciesMs: number[] = [];
    const startedMs = performance.now();
    const measuredFromMs = startedMs + warmUpMs;
    const endsMs = measuredFromMs + milliseconds;
    let nextDueMs = startedMs;
    let dueCount = 0;
    let answeredCount = 0;
    let isOver = false;

    function finish(wrong: string | null): void {
      if (isOver) return;
      isOver = true;
      for (const { connection } of slots) connection.close();
      if (wrong === null) resolve({ latenciesMs, elapsedMs: performance.now() - measuredFromMs });
      else reject(new Error(`a wrong answer after ${answeredCount} right ones: ${wrong}`));
    }

    /** Sends what is due, as far as connections are free; the rest waits for the next answer. */
    function sendDue(): void {
      const nowMs = performance.now();
      while (nextDueMs <= nowMs && nextDueMs < endsMs) {
        const slot = free.pop();
        if (slot === undefined) return;
        const request = source.next();
        if (request === null) {
          finish('the requests ran out');
          return;
        }
        slot.dueMs = nextDueMs;
        slot.connection.send(request);
        dueCount += 1;
        nextDueMs += -Math.log(1 - Math.random()) * meanGapMs;
      }
      if (nextDueMs >= endsMs && answeredCount === dueCount) finish(null);
    }

    function open(): Slot {
      const slot: Slot = {
        dueMs: 0,
        connection: openConnection(address, {
          answered(answer) {
            const wrong = judge(answer);
            if (wrong !== null) finish(wrong);
            answeredCount += 1;
            if (slot.dueMs >= measuredFromMs) latenciesMs.push(performance.now() - slot.dueMs);
            free.push(slot);
            if (!isOver) sendDue();
          },
          broken: (cause) => finish(cause.message),
        }),
      };
      return slot;
    }

    function turn(): void {
      if (signal?.aborted) finish('interrupted');
      if (!isOver) sendDue();
      if (isOver) return;
      // A timer is late by up to a millisecond, which the server is charged with. Without one this process would never
      // rest, and have to leave its core for longer whenever somebody else there, such as a database, has work to do.
      setTimeout(turn, Math.max(1, nextDueMs - performance.now()));
    }

    for (let index = 0; index < connections; index++) slots.push(open());
    free.push(...slots);
    turn();
  });
}
