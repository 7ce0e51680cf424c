import type { FromWorker, ToWorker, WorkerReport } from './messages.ts';

/** A worker that is ready, as it is asked. */
export interface AskedWorker {
  readonly id: number;
  send(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
}

/** As long as a scrape can wait. A worker that does not answer by then is as good as dead. */
const ANSWER_WITHIN_MS = 2_000;

export interface AskWorkers {
  /** The report of each worker; null of one that did not answer in time. */
  ask(workers: readonly AskedWorker[]): Promise<readonly (WorkerReport | null)[]>;
  /** From now on the answers of this worker are heard. */
  listenTo(worker: AskedWorker): void;
}

/** Asks workers for their reports. `after` runs something once, so many milliseconds from now. */
export function createAskWorkers(deps: { after(delayMs: number, work: () => void): void }): AskWorkers {
  const waiting = new Map<number, (report: WorkerReport | null) => void>();
  let lastId = 0;

  function settle(id: number, report: WorkerReport | null): void {
    waiting.get(id)?.(report);
    waiting.delete(id);
  }

  return {
    ask: (workers) =>
      Promise.all(
        workers.map((worker) => {
          lastId += 1;
          const id = lastId;
          const { promise, resolve } = Promise.withResolvers<WorkerReport | null>();
          waiting.set(id, resolve);
          deps.after(ANSWER_WITHIN_MS, () => settle(id, null));
          worker.send({ kind: 'report', id });
          return promise;
        }),
      ),
    listenTo(worker) {
      worker.onMessage((message) => {
        if (message.kind === 'report') settle(message.id, message.report);
      });
    },
  };
}
