import { describe, expect, test } from 'vitest';
import type { Log } from '../../log.ts';
import type { FromWorker } from './messages.ts';
import { superviseWorkers, type WorkerProcess } from './supervise-workers.ts';

const addresses = { issuer: 'http://127.0.0.1:4000', gateway: 'http://127.0.0.1:4000' };

interface StandIn extends WorkerProcess {
  readonly killedBy: string[];
  tell(message: FromWorker): void;
  end(how: string): void;
}

/** Workers that do what a test says, and a clock that it moves. */
function createStandIns(workers = 2) {
  const started: StandIn[] = [];
  const timers: { readonly atMs: number; readonly work: () => void }[] = [];
  const logged: string[] = [];
  let nowMs = 0;
  const log: Pick<Log, 'error'> = { error: (fields) => void logged.push(JSON.stringify(fields)) };
  const supervisor = superviseWorkers({
    workers,
    start() {
      const worker = createStandIn(started.length + 1);
      started.push(worker);
      return worker;
    },
    after: (delayMs, work) => void timers.push({ atMs: nowMs + delayMs, work }),
    elapsedMs: () => nowMs,
    log,
  });
  // What is asserted is read off it; one that nobody waits for is no failure.
  supervisor.ready.catch(() => {});
  function pass(ms: number): void {
    nowMs += ms;
    for (const { work } of timers.filter(({ atMs }) => atMs <= nowMs)) work();
    timers.splice(0, timers.length, ...timers.filter(({ atMs }) => atMs > nowMs));
  }
  const ready = (...which: number[]) => {
    for (const at of which) started[at]?.tell({ kind: 'ready', addresses });
  };
  return { supervisor, started, logged, pass, ready };
}

function createStandIn(id: number): StandIn {
  const listeners: ((message: FromWorker) => void)[] = [];
  let ended: (how: string) => void = () => {};
  const killedBy: string[] = [];
  return {
    id,
    killedBy,
    onMessage: (listener) => void listeners.push(listener),
    onExit(listener) {
      ended = listener;
    },
    kill: (signal) => void killedBy.push(signal),
    tell(message) {
      for (const listener of listeners) listener(message);
    },
    end: (how) => ended(how),
  };
}

async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  // Whatever is settled by now wins: this is later than all that waits for a promise.
  const later = new Promise((resolve) => setImmediate(() => resolve('pending')));
  return Promise.race([promise.catch((error: Error) => error.message), later]);
}

test('all are started at once, and ready is told when the last of them is', async () => {
  const { supervisor, started, ready } = createStandIns(3);
  expect(started).toHaveLength(3);
  ready(0, 2);
  expect(await stateOf(supervisor.ready)).toBe('pending');
  ready(1);
  expect(await supervisor.ready).toEqual(addresses);
  expect(supervisor.readyWorkers().map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('one that dies after a long life is replaced at once, and is not ready before its replacement says so', () => {
  const { supervisor, started, pass, ready } = createStandIns();
  ready(0, 1);
  pass(60_000);
  started[0]?.end('SIGSEGV');
  expect(supervisor.readyWorkers().map(({ id }) => id)).toEqual([2]);
  pass(0);
  expect(started).toHaveLength(3);
  expect(supervisor.readyWorkers()).toHaveLength(1);
  ready(2);
  expect(supervisor.readyWorkers()).toHaveLength(2);
});

test('replacements that die early come later and later, up to half a minute, for as long as it takes', () => {
  const { started, logged, pass, ready } = createStandIns(1);
  ready(0);
  const delays: number[] = [];
  for (let deaths = 1; deaths <= 12; deaths += 1) {
    started.at(-1)?.end('1');
    const before = started.length;
    for (let waited = 0; started.length === before && waited < 60_000; waited += 250) {
      pass(250);
      delays[deaths - 1] = waited + 250;
    }
  }
  expect(delays.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
  expect(delays.slice(-3)).toEqual([30_000, 30_000, 30_000]);
  expect(logged).toHaveLength(12);
});

test('one that settled makes the next delay short again', () => {
  const { started, pass, ready } = createStandIns(1);
  ready(0);
  for (const at of [0, 1, 2]) {
    started[at]?.end('1');
    pass(30_000);
  }
  ready(3);
  pass(30_000);
  started[3]?.end('1');
  pass(0);
  expect(started).toHaveLength(5);
  ready(4);
  started[4]?.end('1');
  pass(250);
  expect(started).toHaveLength(6);
});

describe('a start that keeps failing', () => {
  test('ends the whole with the reason of the worker, once the others are gone', async () => {
    const { supervisor, started, pass } = createStandIns();
    for (const at of [0, 1]) {
      started[at]?.tell({ kind: 'failed', reason: 'The key does not fit.' });
      started[at]?.end('1');
    }
    pass(1_000);
    expect(started).toHaveLength(4);
    started[2]?.tell({ kind: 'failed', reason: 'The key does not fit.' });
    started[2]?.end('1');
    expect(started[3]?.killedBy).toEqual(['SIGTERM']);
    expect(await stateOf(supervisor.ready)).toBe('pending');
    started[3]?.end('0');
    await expect(supervisor.ready).rejects.toThrow('The key does not fit.');
    pass(60_000);
    expect(started).toHaveLength(4);
  });

  test('without a word of the worker is told by how it ended', async () => {
    const { supervisor, started, pass } = createStandIns(1);
    for (let at = 0; at < 3; at += 1) {
      started[at]?.end('SIGKILL');
      pass(1_000);
    }
    await expect(supervisor.ready).rejects.toThrow('a worker ended (SIGKILL) before it was ready');
  });

  test('ends nothing once all were ready: those that serve go on', () => {
    const { supervisor, started, pass, ready } = createStandIns();
    ready(0, 1);
    for (let deaths = 0; deaths < 6; deaths += 1) {
      const dying = deaths === 0 ? started[0] : started.at(-1);
      dying?.end('1');
      pass(30_000);
    }
    expect(started[1]?.killedBy).toEqual([]);
    expect(supervisor.readyWorkers().map(({ id }) => id)).toEqual([2]);
    expect(started).toHaveLength(8);
  });
});

describe('a stop', () => {
  test('reaches all, replaces none, and is over when the last has ended', async () => {
    const { supervisor, started, pass, ready } = createStandIns();
    ready(0, 1);
    const stopped = supervisor.stop();
    expect(started.map(({ killedBy }) => killedBy)).toEqual([['SIGTERM'], ['SIGTERM']]);
    started[0]?.end('0');
    pass(1_000);
    expect(started).toHaveLength(2);
    expect(await stateOf(stopped)).toBe('pending');
    started[1]?.end('0');
    expect(await stopped).toEqual([]);
  });

  test('does not wait for ever: what does not end is killed, and told', async () => {
    const { supervisor, started, pass, ready } = createStandIns();
    ready(0, 1);
    const stopped = supervisor.stop();
    started[0]?.end('0');
    pass(19_000);
    expect(started[1]?.killedBy).toEqual(['SIGTERM']);
    pass(1_000);
    expect(started[1]?.killedBy).toEqual(['SIGTERM', 'SIGKILL']);
    started[1]?.end('SIGKILL');
    expect(await stopped).toEqual(['SIGKILL']);
  });

  test('before all were ready starts none that was to replace another', async () => {
    const { supervisor, started, pass } = createStandIns();
    started[0]?.end('1');
    const stopped = supervisor.stop();
    pass(60_000);
    expect(started).toHaveLength(2);
    started[1]?.end('0');
    expect(await stopped).toEqual([]);
  });
});
