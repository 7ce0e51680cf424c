import { expect, test } from 'vitest';
import { describeStores } from '../conformance/index.ts';
import { auditQuery, sampleExchange } from '../conformance/samples.ts';
import { createMemoryStores } from './index.ts';

describeStores('memory', async () => createMemoryStores());

test('a relaxed trail records whatever the epoch is, as that of a database does', async () => {
  const stores = createMemoryStores({ audit: 'relaxed' });
  expect(await stores.recordExchange(sampleExchange('r-1'))).toEqual({ kind: 'recorded' });
  expect(await stores.listAuditEvents(auditQuery())).toHaveLength(1);
});
