import { expect, test } from 'vitest';
import { watchAudit } from './watch-audit.ts';

test('A51: the audit trail is writable again only once a write was accepted', async () => {
  let isDown = false;
  const write = () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve());
  const audit = watchAudit({ recordExchange: write, recordRefusals: write });
  expect(audit.isWritable()).toBe(true);
  isDown = true;
  await expect(audit.recordRefusals([])).rejects.toThrow('down');
  expect(audit.isWritable()).toBe(false);
  isDown = false;
  expect(audit.isWritable()).toBe(false);
  await audit.recordRefusals([]);
  expect(audit.isWritable()).toBe(true);
});
