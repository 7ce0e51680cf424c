import { UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import { createGroupCommit, type GroupCommitOptions } from './group-commit.ts';

type Given = Partial<Omit<GroupCommitOptions<number, string>, 'commit'>>;

/** A commit that ends only when the test says so. */
function gatedCommit() {
  const batches: (readonly number[])[] = [];
  const gates: PromiseWithResolvers<string>[] = [];
  const group = (given: Given = {}) =>
    createGroupCommit<number, string>({
      maxWaiting: 100,
      maxBatch: 100,
      patienceMs: 1_000,
      keyOf: () => 'one',
      nowMs: () => 0,
      ...given,
      commit: (batch) => {
        batches.push(batch);
        const gate = Promise.withResolvers<string>();
        gates.push(gate);
        return gate.promise;
      },
    });
  return { batches, gates, group };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('callers of one turn share one commit, and those who come during it share the next', async () => {
  const { batches, gates, group } = gatedCommit();
  const { add } = group();
  const first = [add(1), add(2)];
  await turn();
  const second = [add(3), add(4), add(5)];
  await turn();
  expect(batches).toEqual([[1, 2]]);
  gates[0]?.resolve('committed');
  await Promise.all(first);
  await turn();
  expect(batches).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  gates[1]?.resolve('committed');
  await Promise.all(second);
});

test('nobody is told that an event is durable before its own batch is', async () => {
  const { gates, group } = gatedCommit();
  const { add } = group({ maxBatch: 1 });
  const done: number[] = [];
  const both = [1, 2].map((item) => add(item).then(() => done.push(item)));
  await turn();
  expect(done).toEqual([]);
  gates[0]?.resolve('committed');
  await turn();
  expect(done).toEqual([1]);
  gates[1]?.resolve('committed');
  await Promise.all(both);
  expect(done).toEqual([1, 2]);
});

test('a batch that fails rejects all its members, and no one else', async () => {
  const { gates, group } = gatedCommit();
  const { add } = group();
  const failing = Promise.allSettled([add(1), add(2)]);
  await turn();
  const later = add(3);
  const failure = new UnavailableError('audit_unavailable', 'gone');
  gates[0]?.reject(failure);
  expect(await failing).toEqual([
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
  ]);
  await turn();
  gates[1]?.resolve('committed');
  await expect(later).resolves.toBe('committed');
});

test('A51: a database that leaves one batch without an answer costs nobody the time of two', async () => {
  let nowMs = 0;
  const { batches, gates, group } = gatedCommit();
  const { add } = group({ nowMs: () => nowMs, patienceMs: 1_000, keyOf: String });
  const unanswered = add(1);
  await turn();
  const tired = [add(2), add(3)];
  nowMs = 1_001;
  const patient = add(2);
  nowMs = 2_001;
  const failure = new UnavailableError('audit_unavailable', 'no answer');
  gates[0]?.reject(failure);
  await expect(unanswered).rejects.toBe(failure);
  await expect(tired[0]).rejects.toBe(failure);
  await expect(tired[1]).rejects.toBe(failure);
  await turn();
  expect(batches).toEqual([[1], [2]]);
  gates[1]?.resolve('committed');
  expect(await patient).toBe('committed');
});

test('a database that hangs cannot fill memory: one more than may wait is refused at once', async () => {
  const { gates, group } = gatedCommit();
  const { add } = group({ maxWaiting: 2 });
  const inFlight = add(0);
  await turn();
  const waiting = [add(1), add(2)];
  await expect(add(3)).rejects.toMatchObject({ reason: 'audit_unavailable' });
  gates[0]?.resolve('committed');
  await inFlight;
  await turn();
  gates[1]?.resolve('committed');
  await Promise.all(waiting);
});

test('closing waits for what was taken and takes nothing more', async () => {
  const { batches, gates, group } = gatedCommit();
  const { add, close } = group({ maxBatch: 1 });
  const taken = [add(1), add(2)];
  await turn();
  let isClosed = false;
  const closing = close().then(() => {
    isClosed = true;
  });
  await expect(add(3)).rejects.toMatchObject({ reason: 'audit_unavailable' });
  gates[0]?.resolve('committed');
  await turn();
  expect(isClosed).toBe(false);
  gates[1]?.resolve('committed');
  await closing;
  await Promise.all(taken);
  expect(batches).toEqual([[1], [2]]);
});

test('each member learns what became of its own batch, and nothing of another', async () => {
  const { gates, group } = gatedCommit();
  const { add } = group({ maxBatch: 2 });
  const outcomes = [1, 2, 3].map(add);
  await turn();
  gates[0]?.resolve('first');
  await turn();
  gates[1]?.resolve('second');
  expect(await Promise.all(outcomes)).toEqual(['first', 'first', 'second']);
});

test('what was decided under different epochs never shares a batch, in whatever order it comes', async () => {
  const { batches, gates, group } = gatedCommit();
  const { add } = group({ keyOf: (item) => (item % 2 === 0 ? 'even' : 'odd') });
  const outcomes = [1, 2, 3, 4, 5].map(add);
  for (const at of [0, 1]) {
    await turn();
    gates[at]?.resolve('committed');
  }
  await Promise.all(outcomes);
  expect(batches).toEqual([
    [1, 3, 5],
    [2, 4],
  ]);
});

test('those of one epoch are not kept waiting by however many come of another', async () => {
  const { batches, gates, group } = gatedCommit();
  const { add } = group({ maxBatch: 2, keyOf: (item) => (item < 100 ? 'many' : 'few') });
  const outcomes = [1, 2, 3, 4, 5, 6, 100].map(add);
  for (let at = 0; at < 4; at += 1) {
    await turn();
    outcomes.push(add(10 + at));
    gates[at]?.resolve('committed');
  }
  expect(batches.slice(0, 2)).toEqual([[1, 2], [100]]);
  for (let at = 4; at < 8; at += 1) {
    await turn();
    gates[at]?.resolve('committed');
  }
  await Promise.all(outcomes);
  expect(batches.flat().toSorted((left, right) => left - right)).toEqual([
    1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 100,
  ]);
});

test('the queue counts what is not committed, the batch in flight included, and the age of its oldest', async () => {
  let nowMs = 1_000;
  const { gates, group } = gatedCommit();
  const { add, queue } = group({ nowMs: () => nowMs, keyOf: String });
  expect(queue()).toEqual({ waiting: 0, oldestMs: 0 });
  const outcomes = [add(1)];
  await turn();
  nowMs += 5;
  outcomes.push(add(2), add(3));
  nowMs += 2;
  expect(queue()).toEqual({ waiting: 3, oldestMs: 7 });
  gates[0]?.resolve('committed');
  await turn();
  expect(queue()).toEqual({ waiting: 2, oldestMs: 2 });
  for (const at of [1, 2]) {
    gates[at]?.resolve('committed');
    await turn();
  }
  await Promise.all(outcomes);
  expect(queue()).toEqual({ waiting: 0, oldestMs: 0 });
});
