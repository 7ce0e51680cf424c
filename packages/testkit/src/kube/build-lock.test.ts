import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withBuildLock } from './build-lock.ts';

let folder: string;
const log = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-lock-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('lets one in at a time, and says who waits', async () => {
  const path = join(folder, 'build.lock');
  const events: string[] = [];
  const finish = Promise.withResolvers<void>();
  const first = withBuildLock(path, log, async () => {
    await finish.promise;
    events.push('first');
  });
  const second = withBuildLock(
    path,
    () => finish.resolve(),
    async () => {
      events.push('second');
    },
  );
  await Promise.all([first, second]);

  expect(events).toEqual(['first', 'second']);
});

test('lets the next in when an action fails', async () => {
  const path = join(folder, 'build.lock');
  const failing = withBuildLock(path, log, () => Promise.reject(new Error('no compiler')));

  await expect(failing).rejects.toThrow('no compiler');
  expect(await withBuildLock(path, log, () => Promise.resolve('built'))).toBe('built');
});
