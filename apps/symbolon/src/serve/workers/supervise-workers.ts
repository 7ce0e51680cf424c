import type { Log } from '../../log.ts';
import type { FromWorker, WorkerAddresses } from './messages.ts';

/** A process that was started. */
export interface WorkerProcess {
  readonly id: number;
  /** Called for each message, in order. */
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, after the last message. `how` is the exit code or the signal. */
  onExit(listener: (how: string) => void): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface SuperviseDeps<Worker extends WorkerProcess> {
  readonly workers: number;
  start(): Worker;
  /** Runs `work` once, `delayMs` from now. */
  after(delayMs: number, work: () => void): void;
  /** Milliseconds since some moment that stays. */
  elapsedMs(): number;
  readonly log: Pick<Log, 'error'>;
}

export interface Supervisor<Worker extends WorkerProcess> {
  /** Resolves when all workers are ready for the first time. Rejects where their start keeps failing; then none is left. */
  readonly ready: Promise<WorkerAddresses>;
  /** Those that are ready now. */
  readyWorkers(): readonly Worker[];
  /** Stops all, in order. Resolves when none is left: with how those ended that did not end well. */
  stop(): Promise<readonly string[]>;
}

/** Before all were ready once, so many failed starts in a row end the whole: what fails each time waits for a person. */
const MOST_FAILED_STARTS = 3;
/** A worker that dies sooner after its start is replaced later than the one before. */
const SETTLED_MS = 30_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;
/** Longer than a worker takes to drain; then it is not waited for any more. */
const STOP_WITHIN_MS = 20_000;

const ENDED_WELL = '0';

/** Keeps so many workers running: one that dies is replaced, after a delay that doubles while replacements die early. */
export function superviseWorkers<Worker extends WorkerProcess>(
  deps: SuperviseDeps<Worker>,
): Supervisor<Worker> {
  const { log } = deps;
  const alive = new Map<Worker, { isReady: boolean; reason: string | null; startedMs: number }>();
  const ready = Promise.withResolvers<WorkerAddresses>();
  const stopped = Promise.withResolvers<readonly string[]>();
  const badEnds: string[] = [];
  let wasReady = false;
  let isStopping = false;
  let earlyDeaths = 0;

  function start(): void {
    if (isStopping) return;
    const worker = deps.start();
    alive.set(worker, { isReady: false, reason: null, startedMs: deps.elapsedMs() });
    worker.onMessage((message) => heard(worker, message));
    worker.onExit((how) => ended(worker, how));
  }

  function heard(worker: Worker, message: FromWorker): void {
    const state = alive.get(worker);
    if (state === undefined) return;
    if (message.kind === 'failed') state.reason = message.reason;
    if (message.kind !== 'ready') return;
    state.isReady = true;
    if (wasReady || readyWorkers().length < deps.workers) return;
    wasReady = true;
    earlyDeaths = 0;
    ready.resolve(message.addresses);
  }

  function ended(worker: Worker, how: string): void {
    const state = alive.get(worker);
    if (state === undefined) return;
    alive.delete(worker);
    if (isStopping) {
      if (how !== ENDED_WELL) badEnds.push(how);
      if (alive.size === 0) stopped.resolve(badEnds);
      return;
    }
    const isSettled = state.isReady && deps.elapsedMs() - state.startedMs >= SETTLED_MS;
    earlyDeaths = isSettled ? 0 : earlyDeaths + 1;
    const reason =
      state.reason ?? `a worker ended (${how}) ${state.isReady ? 'early' : 'before it was ready'}`;
    if (!wasReady && earlyDeaths >= MOST_FAILED_STARTS) {
      void stop().then(() => ready.reject(new Error(reason)));
      return;
    }
    const delayMs = isSettled ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (earlyDeaths - 1));
    log.error({ endedWorker: worker.id, how, delayMs }, 'a worker ended and is replaced');
    deps.after(delayMs, start);
  }

  function readyWorkers(): readonly Worker[] {
    return [...alive].filter(([, { isReady }]) => isReady).map(([worker]) => worker);
  }

  function stop(): Promise<readonly string[]> {
    if (isStopping) return stopped.promise;
    isStopping = true;
    for (const worker of alive.keys()) worker.kill('SIGTERM');
    if (alive.size === 0) stopped.resolve(badEnds);
    deps.after(STOP_WITHIN_MS, () => {
      for (const worker of alive.keys()) worker.kill('SIGKILL');
    });
    return stopped.promise;
  }

  for (let started = 0; started < deps.workers; started += 1) start();
  return { ready: ready.promise, readyWorkers, stop };
}
