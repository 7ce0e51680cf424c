import { describe, expect, test } from 'vitest';
import { revocationBody } from './revocation.ts';
import { detailsOf, LOOK_ALIKES, problemsOf } from './test-support.ts';

const problems = (body: object) => problemsOf(revocationBody, { reason: 'a leak', ...body });
const workload = (fields: object) => problems({ workload: fields });

test('names exactly one thing to revoke', async () => {
  expect(await problems({})).toEqual(['']);
  expect(await problems({ sourceJti: 'a' })).toEqual([]);
  expect(await problems({ subject: 'a.b.c' })).toEqual([]);
  expect(await workload({ namespace: 'demo' })).toEqual([]);
  for (const more of [{ subject: 'a.b.c' }, { workload: { namespace: 'demo' } }]) {
    expect(await problems({ sourceJti: 'a', ...more })).toEqual(['']);
  }
  expect(await detailsOf(revocationBody, { reason: 'x' })).toEqual([
    ': must have exactly one of sourceJti, subject, workload',
  ]);
});

test('by the jti of a credential is refused as not available yet, whatever it is', async () => {
  expect(await detailsOf(revocationBody, { reason: 'x', credentialJti: 'a' })).toEqual([
    '/credentialJti: revocation by credentialJti is not available yet',
  ]);
});

test('of a workload that names nothing is refused: it would revoke everyone', async () => {
  expect(await workload({})).toEqual(['/workload']);
  expect(await detailsOf(revocationBody, { reason: 'x', workload: {} })).toEqual([
    expect.stringContaining('would revoke everyone'),
  ]);
});

describe('of a workload takes names as Kubernetes has them', () => {
  const LABELS = ['cluster', 'namespace'];
  const SUBDOMAINS = ['serviceAccount', 'pod', 'node'];
  const UIDS = ['serviceAccountUid', 'podUid', 'nodeUid'];

  test.each([...LABELS, ...SUBDOMAINS, ...UIDS])('%s alone', async (field) => {
    expect(await workload({ [field]: 'api-0' })).toEqual([]);
    for (const wrong of ['', '*', 'api-*', 'a b', 'a/b', 'a\u0000', 'ä', 5, null, ['a'], {}]) {
      expect([wrong, await workload({ [field]: wrong })]).toEqual([wrong, [`/workload/${field}`]]);
    }
  });

  test.each([...LABELS, ...SUBDOMAINS])('%s in no other spelling', async (field) => {
    for (const alike of LOOK_ALIKES) {
      expect(await workload({ [field]: alike })).toEqual([`/workload/${field}`]);
    }
  });

  test('with their own lengths', async () => {
    for (const field of LABELS) {
      expect(await workload({ [field]: 'a'.repeat(63) })).toEqual([]);
      expect(await workload({ [field]: 'a'.repeat(64) })).toEqual([`/workload/${field}`]);
      expect(await workload({ [field]: 'a.b' })).toEqual([`/workload/${field}`]);
    }
    for (const field of SUBDOMAINS) {
      expect(await workload({ [field]: `${'a'.repeat(251)}.b` })).toEqual([]);
      expect(await workload({ [field]: 'a'.repeat(254) })).toEqual([`/workload/${field}`]);
      for (const dotted of ['a.', '.a', 'a..b']) {
        expect(await workload({ [field]: dotted })).toEqual([`/workload/${field}`]);
      }
    }
    for (const field of UIDS) {
      expect(await workload({ [field]: 'A1._:-'.padEnd(128, 'x') })).toEqual([]);
      expect(await workload({ [field]: 'a'.repeat(129) })).toEqual([`/workload/${field}`]);
    }
  });

  test('and no field that it does not know', async () => {
    expect(await workload({ namespace: 'demo', name: 'x' })).toEqual(['/workload/name']);
  });
});

test.each(['a.b.c', 'a.b.c.d', 'a.b.c.v1.d', 'a.shared/db', `a.b.${'c'.repeat(251)}`])(
  'the subject %s can be issued, and revoked',
  async (subject) => {
    expect(await problems({ subject })).toEqual([]);
  },
);

test.each([
  '',
  'a',
  'a.b',
  'a.b.',
  '.a.b',
  'a..b',
  'A.b.c',
  'a.b.C',
  'a.b.*',
  'a.b.c ',
  'symbolon.b.c',
  'a.shared/',
  'a.shared/b/c',
  'a.shared/b.c',
  'a.other/b',
  'a.b/c',
  'system:serviceaccount:a:b',
  `a.b.${'c'.repeat(253)}`,
  'a.b.\u0441',
])('the subject %j is nobody: to revoke it would do nothing, and nobody would notice', async (subject) => {
  expect(await problems({ subject })).toEqual(['/subject']);
});

test('the times are RFC 3339 instants', async () => {
  const times = (value: string) => problems({ sourceJti: 'a', issuedBefore: value, expiresAt: value });
  expect(await times('2027-01-31T08:00:00Z')).toEqual([]);
  expect(await times('2027-01-31T08:00:00.5+02:00')).toEqual([]);
  for (const wrong of ['', '2027-01-31', '2027-02-30T08:00:00Z', '2027-01-31T08:00:00', 'tomorrow']) {
    expect(await times(wrong)).toEqual(['/expiresAt', '/issuedBefore']);
  }
});

test('says why, in one printable line', async () => {
  const reason = (value: unknown) => problemsOf(revocationBody, { sourceJti: 'a', reason: value });
  expect(await reason('x')).toEqual([]);
  expect(await reason('ä'.repeat(256))).toEqual([]);
  for (const wrong of [undefined, '', ' ', 'a\nb', 'a\u202eb', 'a\u0000', 'e\u0301', 'x'.repeat(257), 5]) {
    expect(await reason(wrong)).toEqual(['/reason']);
  }
});
