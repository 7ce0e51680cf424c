import { UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

/** A commit that ends only when the test says so. */
function gatedCommit() {
  const batches: (readonly number[])[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const group = (limits: { maxWaiting?: number; maxBatch?: number } = {}) =>
    createGroupCommit<number>({
      maxWaiting: limits.maxWaiting ?? 100,
      maxBatch: limits.maxBatch ?? 100,
      commit: (batch) => {
        batches.push(batch);
        const gate = Promise.withResolvers<void>();
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
  gates[0]?.resolve();
  await Promise.all(first);
  await turn();
  expect(batches).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  gates[1]?.resolve();
  await Promise.all(second);
});

test('nobody is told that an event is durable before its own batch is', async () => {
  const { gates, group } = gatedCommit();
  const { add } = group({ maxBatch: 1 });
  const done: number[] = [];
  const both = [1, 2].map((item) => add(item).then(() => done.push(item)));
  await turn();
  expect(done).toEqual([]);
  gates[0]?.resolve();
  await turn();
  expect(done).toEqual([1]);
  gates[1]?.resolve();
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
  gates[1]?.resolve();
  await expect(later).resolves.toBeUndefined();
});

test('a database that hangs cannot fill memory: one more than may wait is refused at once', async () => {
  const { gates, group } = gatedCommit();
  const { add } = group({ maxWaiting: 2 });
  const inFlight = add(0);
  await turn();
  const waiting = [add(1), add(2)];
  await expect(add(3)).rejects.toMatchObject({ reason: 'audit_unavailable' });
  gates[0]?.resolve();
  await inFlight;
  await turn();
  gates[1]?.resolve();
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
  gates[0]?.resolve();
  await turn();
  expect(isClosed).toBe(false);
  gates[1]?.resolve();
  await closing;
  await Promise.all(taken);
  expect(batches).toEqual([[1], [2]]);
});
