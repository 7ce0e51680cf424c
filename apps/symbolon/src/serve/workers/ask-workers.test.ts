import { expect, test } from 'vitest';
import { type AskedWorker, createAskWorkers } from './ask-workers.ts';
import type { FromWorker, ToWorker } from './messages.ts';

function standIn(id: number) {
  const asked: ToWorker[] = [];
  let hear: (message: FromWorker) => void = () => {};
  const worker: AskedWorker = {
    id,
    send: (message) => void asked.push(message),
    onMessage(listener) {
      hear = listener;
    },
  };
  const answer = (at: number, failing: string) =>
    hear({ kind: 'report', id: asked[at]?.id ?? 0, report: { failing: [failing], metrics: [] } });
  return { worker, answer };
}

test('each question has its own answer, whatever the order in which they come', async () => {
  const { ask, listenTo } = createAskWorkers({ after: () => {} });
  const [one, other] = [standIn(1), standIn(2)];
  for (const { worker } of [one, other]) listenTo(worker);
  const first = ask([one.worker, other.worker]);
  const second = ask([one.worker]);
  one.answer(1, 'second');
  other.answer(0, 'first of other');
  one.answer(0, 'first');
  expect((await first).map((report) => report?.failing)).toEqual([['first'], ['first of other']]);
  expect((await second).map((report) => report?.failing)).toEqual([['second']]);
});

test('a worker that does not answer in time is told as such, and its late answer changes nothing', async () => {
  const timers: (() => void)[] = [];
  const { ask, listenTo } = createAskWorkers({ after: (_, work) => void timers.push(work) });
  const { worker, answer } = standIn(1);
  listenTo(worker);
  const reports = ask([worker]);
  for (const work of timers) work();
  answer(0, 'late');
  expect(await reports).toEqual([null]);
});
