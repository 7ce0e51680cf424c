import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policySketch, workloadSketch } from '../decision/generated-policies.test-support.ts';
import { NOW_SECONDS, type WorkloadSketch, workloadOf } from '../decision/policy-fixtures.test-support.ts';
import type { RevocationSpec } from '../mapping/objects.ts';
import type { Coverage } from './coverage.ts';
import type { NamedRevocation } from './revocation-entries.ts';
import { createRevocationIndex, type RevocationIndex } from './revocation-index.ts';

const NOW = '2027-01-15T08:00:00Z';

function indexOf(entries: { readonly [name: string]: Partial<RevocationSpec> }): RevocationIndex {
  return createRevocationIndex(
    Object.entries(entries).map(
      ([name, spec]): NamedRevocation => ({ name, spec: { reason: 'a test', ...spec } }),
    ),
  );
}

function isRevoked(entry: Partial<RevocationSpec>, workload: WorkloadSketch = {}): boolean {
  return indexOf({ entry }).revokesWorkload(workloadOf(workload), NOW_SECONDS);
}

const facts = {
  cluster: 'eu1',
  namespace: 'demo',
  serviceAccount: 'api',
  serviceAccountUid: 'uid-1',
  pod: 'api-0',
  podUid: 'pod-uid-1',
  node: 'node-1',
  nodeUid: 'node-uid-1',
};

describe('entries by workload', () => {
  test.each(Object.entries(facts))('refuses by %s alone, and only by its whole value', (field, value) => {
    expect(isRevoked({ workload: { [field]: value } })).toBe(true);
    for (const other of ['other', value.slice(1), `${value}x`, value.toUpperCase(), '*', '']) {
      expect(isRevoked({ workload: { [field]: other } })).toBe(false);
    }
  });

  test.each(Object.entries(facts))('needs %s to hold where the entry names it beside all others', (field) => {
    expect(isRevoked({ workload: facts })).toBe(true);
    expect(isRevoked({ workload: { ...facts, [field]: 'other' } })).toBe(false);
  });

  test.each(['pod', 'podUid', 'node', 'nodeUid'])(
    'A06: a workload without a %s is not revoked by an empty one',
    (field) => {
      expect(isRevoked({ workload: { [field]: '' } }, { pod: null, node: null })).toBe(false);
      expect(isRevoked({ workload: { [field]: 'null' } }, { pod: null, node: null })).toBe(false);
    },
  );

  test('A06: a uid that is not known is not revoked by any uid', () => {
    expect(isRevoked({ workload: { serviceAccountUid: 'uid-1' } }, { uid: null })).toBe(false);
    expect(isRevoked({ workload: { nodeUid: 'node-uid-1' } }, { node: { name: 'node-1', uid: null } })).toBe(
      false,
    );
  });

  test('A07: a re-created ServiceAccount is not revoked with the uid of the old one', () => {
    expect(isRevoked({ workload: { serviceAccountUid: 'uid-1' } }, { uid: 'uid-2' })).toBe(false);
  });

  test('any one of several entries is enough, though they name the same object', () => {
    const index = indexOf({
      a: { workload: { podUid: 'pod-uid-1', namespace: 'prod' } },
      b: { workload: { podUid: 'pod-uid-1', namespace: 'demo' } },
    });
    expect(index.revokesWorkload(workloadOf({}), NOW_SECONDS)).toBe(true);
  });

  test('an entry that names nothing revokes every workload, for an order to refuse is not lost in silence', () => {
    expect(isRevoked({})).toBe(true);
    expect(isRevoked({ workload: {} })).toBe(true);
    expect(isRevoked({ workload: {}, expiresAt: NOW })).toBe(false);
  });

  test('an entry that names a workload and a subject revokes by either', () => {
    expect(isRevoked({ subject: 'myidsystem.demo.web', workload: { namespace: 'demo' } })).toBe(true);
  });
});

describe('entries by the jti of the source token', () => {
  test('refuse that token and no other', () => {
    expect(isRevoked({ sourceJti: 'source-jti-1' })).toBe(true);
    expect(isRevoked({ sourceJti: 'source-jti-2' })).toBe(false);
  });

  test('A06: a token without a jti is revoked by none, the empty one included', () => {
    for (const sourceJti of ['', 'null', 'source-jti-1']) {
      expect(isRevoked({ sourceJti }, { source: { jti: null } })).toBe(false);
      expect(isRevoked({ sourceJti }, { source: null })).toBe(false);
    }
  });

  test('those by the jti of a credential say nothing of a source token', () => {
    expect(isRevoked({ credentialJti: 'source-jti-1' })).toBe(false);
  });
});

describe('entries by subject', () => {
  const revokes = (entry: Partial<RevocationSpec>, subject: string) =>
    indexOf({ entry }).revokesSubject(subject, workloadOf({}), NOW_SECONDS);

  test('refuse the whole subject, case and all', () => {
    expect(revokes({ subject: 'myidsystem.demo.api' }, 'myidsystem.demo.api')).toBe(true);
    for (const other of ['myidsystem.demo', 'myidsystem.demo.api.v2', 'MyIdSystem.demo.api', '']) {
      expect(revokes({ subject: 'myidsystem.demo.api' }, other)).toBe(false);
    }
  });

  test('do not revoke the workload as such', () => {
    expect(isRevoked({ subject: 'myidsystem.demo.api' })).toBe(false);
  });

  test('end and begin as all entries do', () => {
    expect(revokes({ subject: 'a.b.c', expiresAt: NOW }, 'a.b.c')).toBe(false);
    expect(revokes({ subject: 'a.b.c', issuedBefore: '2027-01-15T07:58:20Z' }, 'a.b.c')).toBe(false);
    expect(revokes({ subject: 'a.b.c', issuedBefore: '2027-01-15T07:58:21Z' }, 'a.b.c')).toBe(true);
  });
});

describe('the times of an entry', () => {
  const workload = { namespace: 'demo' };

  test('issuedBefore spares a token that was issued at that instant or later', () => {
    const entry = { workload, issuedBefore: NOW };
    expect(isRevoked(entry, { source: { issuedSecondsAgo: 1 } })).toBe(true);
    expect(isRevoked(entry, { source: { issuedSecondsAgo: 0 } })).toBe(false);
  });

  test('issuedBefore takes a workload that was described without a token as one whose token is issued now', () => {
    expect(isRevoked({ workload, issuedBefore: NOW }, { source: null })).toBe(false);
    expect(isRevoked({ workload, issuedBefore: '2027-01-15T08:00:01Z' }, { source: null })).toBe(true);
  });

  test('expiresAt ends the entry at that very instant', () => {
    expect(isRevoked({ workload, expiresAt: '2027-01-15T08:00:00.001Z' })).toBe(true);
    expect(isRevoked({ workload, expiresAt: NOW })).toBe(false);
  });

  test('a time that cannot be read widens the entry', () => {
    expect(isRevoked({ workload, issuedBefore: '2026-02-30T00:00:00Z' })).toBe(true);
    expect(isRevoked({ workload, expiresAt: 'yesterday' })).toBe(true);
  });
});

describe('the revocations that cover', () => {
  const ofWorkload = (entries: Parameters<typeof indexOf>[0], workload: WorkloadSketch = {}) =>
    indexOf(entries).coverageOfWorkload(workloadOf(workload), NOW_SECONDS);
  const namesOf = ({ first }: Coverage) => first.map(({ name }) => name);

  test('a workload are named with what they name, in byte order, and no other is', () => {
    const coverage = ofWorkload({
      'web-2': { workload: { cluster: 'eu1', namespace: 'demo' } },
      other: { workload: { namespace: 'prod' } },
      'same-pod': { workload: { podUid: 'pod-uid-1', namespace: 'prod' } },
      ended: { workload: { namespace: 'demo' }, expiresAt: NOW },
      later: { workload: { namespace: 'demo' }, issuedBefore: '2027-01-15T07:58:20Z' },
      'web-10': { sourceJti: 'source-jti-1' },
      all: {},
      subject: { subject: 'myidsystem.demo.api' },
      credential: { credentialJti: 'source-jti-1' },
    });
    expect(coverage).toEqual({
      first: [
        { name: 'all', by: 'workload', fields: [] },
        { name: 'web-10', by: 'source_jti', fields: [] },
        {
          name: 'web-2',
          by: 'workload',
          fields: [
            ['namespace', 'demo'],
            ['cluster', 'eu1'],
          ],
        },
      ],
      count: 3,
    });
  });

  test('a subject are those by the whole subject that are in force', () => {
    const coverage = indexOf({
      b: { subject: 'a.b.c' },
      a: { subject: 'a.b.c', workload: { namespace: 'demo' } },
      ended: { subject: 'a.b.c', expiresAt: NOW },
      other: { subject: 'a.b' },
      namespace: { workload: { namespace: 'demo' } },
    }).coverageOfSubject('a.b.c', workloadOf({}), NOW_SECONDS);
    expect(coverage).toEqual({
      first: [
        { name: 'a', by: 'subject', fields: [] },
        { name: 'b', by: 'subject', fields: [] },
      ],
      count: 2,
    });
  });

  test('are given once, though they cover by two of their members', () => {
    const coverage = ofWorkload({ a: { sourceJti: 'source-jti-1', workload: { namespace: 'demo' } } });
    expect(coverage).toEqual({ first: [{ name: 'a', by: 'source_jti', fields: [] }], count: 1 });
  });

  test('are counted, and no more than 10 of them given, however many there are', () => {
    const names = Array.from({ length: 25 }, (_, at) => `r${at + 10}`);
    const entries = Object.fromEntries(
      names.toReversed().map((name) => [name, { workload: { pod: 'api-0' } }]),
    );
    const coverage = ofWorkload(entries);
    expect(namesOf(coverage)).toEqual(names.slice(0, 10));
    expect(coverage.count).toBe(25);
  });

  test('are some exactly where the workload or subject is revoked, whatever the entries', () => {
    fc.assert(
      fc.property(policySketch, workloadSketch, ({ revocations = {} }, sketch) => {
        const index = indexOf(revocations);
        const workload = workloadOf(sketch);
        const subject = 'myidsystem.demo.api';
        expect(index.coverageOfWorkload(workload, NOW_SECONDS).count > 0).toBe(
          index.revokesWorkload(workload, NOW_SECONDS),
        );
        expect(index.coverageOfSubject(subject, workload, NOW_SECONDS).count > 0).toBe(
          index.revokesSubject(subject, workload, NOW_SECONDS),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
