import { EventEmitter } from 'node:events';
import type { Epoch } from '@symbolon/core';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { listenForEpochs, parseEpoch } from './listen-for-epochs.ts';

const EPOCH = { number: 7, id: '0c1f8f0e-9a2b-4f2e-8a57-1f2f7d3c9b10' };

/** As much of node-postgres as a listener touches. */
function fakeClient(query: () => Promise<unknown> = async () => {}) {
  const asked: string[] = [];
  const emitter = new EventEmitter();
  let hasEnded = false;
  const client = Object.assign(emitter, {
    query: (text: string) => {
      asked.push(text);
      return query();
    },
    // As on a connection whose other end vanished: it never says that it has ended.
    end: () => {
      hasEnded = true;
      return new Promise<void>(() => {});
    },
  });
  const tell = (payload: string, channel = 'symbolon_epoch') =>
    client.emit('notification', { channel, payload });
  return { client: client as unknown as Client, emitter, asked, tell, hasEnded: () => hasEnded };
}

/** Connects to one client after the other; null stands for a database that cannot be reached. */
function listening(clients: readonly (ReturnType<typeof fakeClient> | null)[]) {
  const heard: Epoch[] = [];
  const waits: number[] = [];
  const left = [...clients];
  const { stop } = listenForEpochs(
    async () => {
      const next = left.shift();
      if (next) return next.client;
      throw new Error('nobody there');
    },
    (epoch) => heard.push(epoch),
    async (ms, signal) => {
      waits.push(ms);
      if (left.length > 0 || signal.aborted) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  );
  return { heard, waits, stop };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what the database tells of the epoch is heard, and nothing else that comes over the connection', async () => {
  const only = fakeClient();
  const { heard, stop } = listening([only]);
  await turn();
  expect(only.asked).toEqual(['LISTEN symbolon_epoch']);
  only.tell(`${EPOCH.number} ${EPOCH.id}`);
  only.tell(`8 ${EPOCH.id}`, 'another_channel');
  only.tell('not an epoch');
  expect(heard).toEqual([EPOCH]);
  await stop();
  only.tell(`9 ${EPOCH.id}`);
  expect(heard).toEqual([EPOCH]);
  expect(only.hasEnded()).toBe(true);
});

test.each(['end', 'error'])(
  'A62: a connection that breaks (%s) is given up, and the next one is listened on',
  async (event) => {
    const [first, second] = [fakeClient(), fakeClient()];
    const { heard, waits, stop } = listening([first, second]);
    await turn();
    first.emitter.emit(event, new Error('Connection terminated unexpectedly'));
    await turn();
    expect(first.hasEnded()).toBe(true);
    second.tell(`${EPOCH.number} ${EPOCH.id}`);
    expect(heard).toEqual([EPOCH]);
    expect(waits).toEqual([100]);
    await stop();
  },
);

test('while the database is away it is tried ever more slowly up to a bound, and quickly again once it was there', async () => {
  const refusing = fakeClient(() => Promise.reject(new Error('too many connections')));
  const back = fakeClient();
  const { waits, stop } = listening([null, null, null, null, null, null, null, refusing, back, null, null]);
  await turn();
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  back.emitter.emit('end');
  await turn();
  expect(waits.slice(8)).toEqual([100, 200, 400]);
  await stop();
});

test('A62: a connection that is half open before it listens is given up as well, though its statement never ends', async () => {
  const [hanging, next] = [fakeClient(() => new Promise(() => {})), fakeClient()];
  const { stop } = listening([hanging, next]);
  await turn();
  hanging.emitter.emit('end');
  await turn();
  expect(next.asked).toHaveLength(1);
  await stop();
});

test.each([
  '',
  '7',
  '7 ',
  ' 7 a',
  '7 a b',
  '-1 a',
  '1.5 a',
  '7e3 a',
  '9007199254740993 a',
  `7 ${'a'.repeat(65)}`,
  '7 a\n',
])('what is no epoch is none: %j', (payload) => {
  expect(parseEpoch(payload)).toBeNull();
});
