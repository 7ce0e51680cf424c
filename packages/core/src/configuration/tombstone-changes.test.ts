import { describe, expect, test } from 'vitest';
import { BROKER_ISSUER } from '../decision/policy-fixtures.test-support.ts';
import { judgeName } from './judge-name.ts';
import { stored, systemSpec } from './test-support.ts';
import type { Tombstone } from './tombstone.ts';
import {
  type ClusterTombstones,
  mayClaimAgain,
  type TombstoneChanges,
  tombstonesOfCluster,
  tombstonesOfIdentitySystem,
  tombstonesOfTarget,
} from './tombstone-changes.ts';

/** `left` with the system or domain that it is kept for, and `lifted` with a minus. */
const inShort = ({ left, lifted }: TombstoneChanges) => [
  ...left.map(
    ({ key, identitySystem, identityDomain }) =>
      `${key.kind} ${key.name} ${identitySystem ?? identityDomain ?? '-'}`,
  ),
  ...lifted.map(({ kind, name }) => `-${kind} ${name}`),
];

describe('A63: the tombstones of', () => {
  test('an identity system: its name, once it is deleted', () => {
    const spec = systemSpec();
    expect(inShort(tombstonesOfIdentitySystem('a', { before: null, after: spec }))).toEqual([]);
    expect(inShort(tombstonesOfIdentitySystem('a', { before: spec, after: spec }))).toEqual([]);
    expect(inShort(tombstonesOfIdentitySystem('a', { before: spec, after: null }))).toEqual([
      'IdentitySystem a -',
    ]);
  });

  test('a target: the audiences that it claims no longer, for its system; those of what it claims anew go', () => {
    const change = (before: string[] | null, after: string[] | null) =>
      inShort(
        tombstonesOfTarget('a', {
          before: before === null ? null : { audiences: before },
          after: after === null ? null : { audiences: after },
        }),
      );
    expect(change(null, ['x', 'y'])).toEqual(['-Audience x', '-Audience y']);
    expect(change(['x', 'y'], ['y', 'z'])).toEqual(['Audience x a', '-Audience z']);
    expect(change(['x', 'y'], ['y', 'x'])).toEqual([]);
    expect(change(['x', 'y'], null)).toEqual(['Audience x a', 'Audience y a']);
  });

  const cluster = (change: Partial<ClusterTombstones>) =>
    inShort(
      tombstonesOfCluster({
        name: 'prod',
        before: null,
        after: null,
        heldByOthers: new Set(),
        issuer: BROKER_ISSUER,
        ...change,
      }),
    );

  test('a cluster: its name with its domain, and its audiences, once it is deleted', () => {
    expect(cluster({ before: { audiences: ['x'] } })).toEqual(['Cluster prod prod', 'Audience x -']);
    expect(cluster({ before: { audiences: ['x'], identityDomain: 'd' } })).toEqual([
      'Cluster prod d',
      'Audience x -',
    ]);
  });

  test('a cluster: not the audiences that another cluster still has, nor what the broker keeps for itself', () => {
    expect(cluster({ before: {} })).toEqual(['Cluster prod prod']);
    expect(
      cluster({ before: { audiences: [`${BROKER_ISSUER}/x`, 'x', 'y'] }, heldByOthers: new Set(['x']) }),
    ).toEqual(['Cluster prod prod', 'Audience y -']);
  });

  test('a cluster that goes on: the audiences that it drops, given or by going back to the default', () => {
    expect(cluster({ before: { audiences: ['x', 'y'] }, after: { audiences: ['y', 'z'] } })).toEqual([
      'Audience x -',
      '-Audience z',
    ]);
    expect(cluster({ before: { audiences: ['x'] }, after: {} })).toEqual(['Audience x -']);
    expect(cluster({ after: { audiences: ['x'] } })).toEqual(['-Audience x']);
  });
});

const tombstone = (identitySystem: string | null): Tombstone => ({
  key: { kind: 'Audience', name: 'x' },
  identitySystem,
  identityDomain: null,
  deletedAtMs: 0,
  deletedBy: 'owner',
  epoch: { number: 1, id: 'epoch-1' },
});

test('A63: an audience is claimed again by the system that had it, and one of a cluster by clusters alone', () => {
  expect(mayClaimAgain(tombstone('a'), 'a')).toBe(true);
  expect(mayClaimAgain(tombstone('a'), 'b')).toBe(false);
  expect(mayClaimAgain(tombstone('a'), null)).toBe(false);
  expect(mayClaimAgain(tombstone(null), 'a')).toBe(false);
  expect(mayClaimAgain(tombstone(null), null)).toBe(true);
});

test('A63: a name is not taken where a tombstone has it; what is there goes on', () => {
  const current = stored('IdentitySystem', 'a', systemSpec());
  expect(judgeName(null, tombstone(null))).toEqual([{ code: 'name_tombstoned', path: [] }]);
  expect(judgeName(null, null)).toEqual([]);
  expect(judgeName(current, tombstone(null))).toEqual([]);
});
