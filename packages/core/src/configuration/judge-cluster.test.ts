import { describe, expect, test } from 'vitest';
import { BROKER_ISSUER } from '../decision/policy-fixtures.test-support.ts';
import type { ClusterSpec } from '../mapping/objects.ts';
import { type ClusterChange, judgeCluster, judgeClusterTrust } from './judge-cluster.ts';
import { clusterSpec, OWNER, stored, systemSpec, TEAM } from './test-support.ts';

const codes = (objections: readonly { readonly code: string; readonly path: readonly unknown[] }[]) =>
  objections.map(({ code, path }) => `${code} /${path.join('/')}`);

describe('judgeClusterTrust', () => {
  const judge = (trust: object) =>
    codes(judgeClusterTrust({ issuers: ['https://prod'], ...trust }, BROKER_ISSUER));

  test.each<[string, object, readonly string[]]>([
    ['the defaults', {}, []],
    ['an audience of its own', { audiences: ['broker'] }, []],
    ['several issuers', { issuers: ['a', 'b'] }, []],
    [
      "A15: the broker's issuer",
      { issuers: ['a', BROKER_ISSUER], audiences: ['x'] },
      ['issuer_is_the_brokers /issuers/1'],
    ],
    [
      "A15: the broker's issuer with a slash",
      { issuers: [`${BROKER_ISSUER}/`] },
      ['issuer_is_the_brokers /issuers/0'],
    ],
    [
      'A58: its issuer as its audience',
      { audiences: ['x', 'https://prod'] },
      ['audience_of_api_server /audiences/1'],
    ],
    [
      'A58: the names of kubernetes.default as its audiences',
      { audiences: ['https://kubernetes.default.svc', 'https://kubernetes.default.svc.cluster.local'] },
      ['audience_of_api_server /audiences/0', 'audience_of_api_server /audiences/1'],
    ],
    [
      'those where the API server has others',
      { audiences: ['https://kubernetes.default.svc'], apiServer: { audiences: ['kube'] } },
      [],
    ],
    [
      "an audience of the API server's",
      { audiences: ['kube'], apiServer: { audiences: ['a', 'kube'] } },
      ['audience_of_api_server /audiences/0'],
    ],
    [
      "the broker's issuer as an audience of the API server",
      { apiServer: { audiences: [BROKER_ISSUER] } },
      ['audience_of_api_server /audiences'],
    ],
  ])('%s', (_, trust, expected) => {
    expect(judge(trust)).toEqual(expected);
  });
});

describe('judgeCluster', () => {
  const spec = (more: Partial<ClusterSpec> = {}) => clusterSpec(more);
  const judge = (change: Partial<ClusterChange>) =>
    codes(
      judgeCluster({
        name: 'prod',
        spec: spec(),
        current: null,
        principal: TEAM,
        clusters: [],
        identitySystems: [],
        tombstonedDomains: new Set(),
        claimedByTargets: new Set(),
        issuer: BROKER_ISSUER,
        ...change,
      }),
    );
  const other = (name: string, more: Partial<ClusterSpec> = {}) => stored('Cluster', name, spec(more));
  const naming = (identityDomain: string) => stored('IdentitySystem', 'a', systemSpec({ identityDomain }));

  test.each<[string, Partial<ClusterChange>]>([
    ["another's name, by its own name", { clusters: [other('x', { identityDomain: 'prod' })] }],
    ["another's name, given", { spec: spec({ identityDomain: 'x' }), clusters: [other('x')] }],
    [
      "another's domain",
      { spec: spec({ identityDomain: 'd' }), clusters: [other('x', { identityDomain: 'd' })] },
    ],
    ['that of a deleted cluster, by its own name', { tombstonedDomains: new Set(['prod']) }],
    [
      'that of a deleted cluster, given',
      { spec: spec({ identityDomain: 'd' }), tombstonedDomains: new Set(['d']) },
    ],
    ['one that a system names', { identitySystems: [naming('prod')] }],
    [
      'one that a system names, moved into',
      { current: other('prod', { identityDomain: 'own' }), identitySystems: [naming('prod')] },
    ],
    [
      'its own name, given up and taken back',
      {
        current: other('prod', { identityDomain: 'own' }),
        clusters: [other('x', { identityDomain: 'prod' })],
      },
    ],
  ])("A02: a domain that is taken is a global owner's to give: %s", (_, change) => {
    expect(judge(change)).toEqual([expect.stringMatching(/^identity_domain_taken/)]);
    expect(judge({ ...change, principal: OWNER })).toEqual([]);
  });

  test.each<[string, Partial<ClusterChange>]>([
    ['a domain of its own', {}],
    [
      'beside others',
      { clusters: [other('x'), other('y', { identityDomain: 'x' })], identitySystems: [naming('x')] },
    ],
    [
      "a name that is nobody's domain any more",
      { clusters: [other('x', { identityDomain: 'y' })], spec: spec({ identityDomain: 'x' }) },
    ],
    [
      'itself as it is, in a domain that a deleted cluster had',
      { current: other('prod'), tombstonedDomains: new Set(['prod']) },
    ],
    [
      'itself as it is, in a domain that a system names',
      { current: other('prod'), clusters: [other('prod')], identitySystems: [naming('prod')] },
    ],
    [
      'its own name written out',
      {
        current: other('prod'),
        spec: spec({ identityDomain: 'prod' }),
        clusters: [other('prod')],
        identitySystems: [naming('prod')],
      },
    ],
    ['a system without a domain', { identitySystems: [stored('IdentitySystem', 'a', systemSpec({}))] }],
  ])('A02: anybody may write a cluster into %s', (_, change) => {
    expect(judge(change)).toEqual([]);
  });

  test("A61: an audience that a target claims is no cluster's, given or defaulted", () => {
    const claimedByTargets = new Set(['vault', BROKER_ISSUER]);
    expect(judge({ claimedByTargets, spec: spec({ audiences: ['a', 'vault'] }) })).toEqual([
      'audience_taken /audiences/1',
    ]);
    expect(judge({ claimedByTargets })).toEqual(['audience_taken /audiences']);
    expect(judge({ claimedByTargets, principal: OWNER })).toEqual(['audience_taken /audiences']);
  });
});
