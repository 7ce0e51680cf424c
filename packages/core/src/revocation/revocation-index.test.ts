import { describe, expect, test } from 'vitest';
import { NOW_SECONDS, type WorkloadSketch, workloadOf } from '../decision/policy-fixtures.test-support.ts';
import type { RevocationSpec } from '../mapping/objects.ts';
import { createRevocationIndex } from './revocation-index.ts';

const NOW = '2027-01-15T08:00:00Z';

function isRevoked(entry: Partial<RevocationSpec>, workload: WorkloadSketch = {}): boolean {
  const index = createRevocationIndex([{ reason: 'a test', ...entry }]);
  return index.revokesWorkload(workloadOf(workload), NOW_SECONDS);
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
    const byPod = { reason: 'a test', workload: { podUid: 'pod-uid-1', namespace: 'prod' } };
    const index = createRevocationIndex([
      byPod,
      { ...byPod, workload: { podUid: 'pod-uid-1', namespace: 'demo' } },
    ]);
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
    createRevocationIndex([{ reason: 'a test', ...entry }]).revokesSubject(
      subject,
      workloadOf({}),
      NOW_SECONDS,
    );

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
