import { expect, test } from 'vitest';
import { watchRefusals } from './watch-refusals.ts';

test('counts what is not in the audit trail yet: what could not be written stays, what came meanwhile too', async () => {
  const refusals = watchRefusals(0);
  refusals.countRefusal('token_expired', 'east');
  refusals.countRefusal('token_expired', null);
  const failing = { recordRefusals: () => Promise.reject(new Error('down')) };
  await expect(refusals.writeSummaries(failing, 1)).rejects.toThrow('down');
  expect(refusals.unwrittenRefusals()).toBe(2);
  const writing = Promise.withResolvers<void>();
  const written = refusals.writeSummaries({ recordRefusals: () => writing.promise }, 2);
  refusals.countRefusal('body_malformed', null);
  writing.resolve();
  await written;
  expect(refusals.unwrittenRefusals()).toBe(1);
});
