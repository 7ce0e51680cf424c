import type { RecordOutcome } from '@symbolon/core';
import { expect, test } from 'vitest';
import { watchAudit } from './watch-audit.ts';

const QUEUE = { waiting: 2, oldestMs: 7 };
const RECORDED: RecordOutcome = { kind: 'recorded' };

test('A51: the audit trail is writable again only once a write was accepted', async () => {
  let isDown = false;
  const write = () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve());
  const audit = watchAudit(
    {
      recordExchange: () => write().then(() => RECORDED),
      recordRefusals: write,
      recordExplanation: write,
      auditQueue: () => QUEUE,
    },
    'durable',
  );
  expect(audit.isWritable()).toBe(true);
  isDown = true;
  await expect(audit.recordRefusals([])).rejects.toThrow('down');
  expect(audit.isWritable()).toBe(false);
  isDown = false;
  expect(audit.isWritable()).toBe(false);
  await audit.recordRefusals([]);
  expect(audit.isWritable()).toBe(true);
});

test('counts each kind of write by how it ended, and tells what the store holds back', async () => {
  const pending = Promise.withResolvers<RecordOutcome>();
  const audit = watchAudit(
    {
      recordExchange: () => pending.promise,
      recordExplanation: async () => {},
      recordRefusals: () => Promise.reject(new Error('down')),
      auditQueue: () => QUEUE,
    },
    'durable',
  );
  const event = {} as Parameters<typeof audit.recordExchange>[0] &
    Parameters<typeof audit.recordExplanation>[0];
  const exchanges = [audit.recordExchange(event), audit.recordExchange(event)];
  await audit.recordExplanation(event);
  await expect(audit.recordRefusals([])).rejects.toThrow('down');
  expect(audit.auditFigures()).toEqual({
    queue: QUEUE,
    writes: [
      { kind: 'exchange', succeeded: 0, failed: 0, overtaken: 0 },
      { kind: 'explain', succeeded: 1, failed: 0, overtaken: 0 },
      { kind: 'refusals', succeeded: 0, failed: 1, overtaken: 0 },
    ],
  });
  pending.resolve(RECORDED);
  await Promise.all(exchanges);
  expect(audit.auditFigures()).toMatchObject({
    writes: [{ kind: 'exchange', succeeded: 2 }, {}, {}],
  });
});

test('a record that was overtaken is counted as such, and no failure of the trail', async () => {
  const audit = watchAudit(
    {
      recordExchange: async () => ({ kind: 'overtaken', epoch: { number: 2, id: 'two' } }),
      recordExplanation: async () => {},
      recordRefusals: async () => {},
      auditQueue: () => QUEUE,
    },
    'durable',
  );
  await audit.recordExchange({} as Parameters<typeof audit.recordExchange>[0]);
  expect(audit.isWritable()).toBe(true);
  expect(audit.auditFigures().writes[0]).toEqual({
    kind: 'exchange',
    succeeded: 0,
    failed: 0,
    overtaken: 1,
  });
});

test('in relaxed mode a summary that could not be written keeps nobody away: exchanges are still taken', async () => {
  const audit = watchAudit(
    {
      recordExchange: async () => RECORDED,
      recordExplanation: async () => {},
      recordRefusals: () => Promise.reject(new Error('down')),
      auditQueue: () => QUEUE,
    },
    'relaxed',
  );
  await expect(audit.recordRefusals([])).rejects.toThrow('down');
  expect(audit.isWritable()).toBe(true);
});
