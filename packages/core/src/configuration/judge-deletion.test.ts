import { expect, test } from 'vitest';
import {
  domainLeftEmpty,
  judgeIdentitySystemDeletion,
  judgeReferences,
  namesCluster,
  namesTarget,
} from './judge-deletion.ts';
import { clusterSpec, stored } from './test-support.ts';

const none = { kind: 'Target', count: 0, isMore: false, names: [] } as const;
const rules = { kind: 'MappingRule', count: 2, isMore: false, names: ['a', 'b'] } as const;

test('what still owns something, or is named by something, is not deleted', () => {
  expect(judgeIdentitySystemDeletion([none, { ...none, kind: 'MappingRule' }])).toEqual([]);
  expect(judgeIdentitySystemDeletion([none, rules])).toEqual([
    { code: 'owned_objects_exist', path: [], objects: [rules] },
  ]);
  expect(judgeReferences([none])).toEqual([]);
  expect(judgeReferences([none, rules])).toEqual([{ code: 'references_exist', path: [], objects: [rules] }]);
});

test('a rule names a target or a cluster by its exact name, never by a pattern', () => {
  expect(namesTarget({ targets: ['a', 'vault'] }, 'vault')).toBe(true);
  for (const targets of [['*'], ['v*'], ['Vault'], [], undefined]) {
    expect(namesTarget(targets === undefined ? {} : { targets }, 'vault')).toBe(false);
  }
  const match = (...clusters: string[]) => ({
    match: { clusters, namespaces: ['*'], serviceAccounts: ['*'] },
  });
  expect(namesCluster(match('a', 'prod'), 'prod')).toBe(true);
  expect(namesCluster(match('*', 'pro*', 'production'), 'prod')).toBe(false);
});

test('a domain is left empty by the last of its clusters', () => {
  const cluster = (name: string, identityDomain?: string) =>
    stored('Cluster', name, clusterSpec(identityDomain === undefined ? {} : { identityDomain }));
  const prod = cluster('prod', 'd');
  expect(domainLeftEmpty(prod, [prod, cluster('d2')])).toBe('d');
  expect(domainLeftEmpty(prod, [prod, cluster('other', 'd')])).toBeNull();
  expect(domainLeftEmpty(prod, [prod, cluster('d')])).toBeNull();
  expect(domainLeftEmpty(cluster('x'), [])).toBe('x');
});
