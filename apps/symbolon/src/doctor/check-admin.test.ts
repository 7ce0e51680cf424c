import { expect, test } from 'vitest';
import { judgeClusterKeys } from './check-admin.ts';

const KEYS = { readAt: '2027-01-15T08:00:00Z', keyIds: ['a'], dropped: 0, failure: null, unusableAt: null };

test.each([
  ['known', KEYS, 'ok'],
  ['not asked for yet', null, 'unchecked'],
  ['not there', { ...KEYS, keyIds: [], failure: 'ECONNREFUSED' }, 'problem'],
  [
    'held for a while longer',
    { ...KEYS, failure: 'ECONNREFUSED', unusableAt: '2027-01-15T09:00:00Z' },
    'warning',
  ],
  ['not all used', { ...KEYS, dropped: 1 }, 'warning'],
])('keys of a cluster that are %s', (_, keys, status) => {
  const finding = judgeClusterKeys('east', keys);
  expect(finding.status).toBe(status);
  expect(finding.what).toContain('cluster east');
  if (keys?.failure) expect(finding.what).toContain('ECONNREFUSED');
});
