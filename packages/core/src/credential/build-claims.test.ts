import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IssueDecision } from '../decision/decision.ts';
import type { CredentialType, IncludedClaim } from '../mapping/objects.ts';
import { isReservedClaim } from '../mapping/reserved-claims.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import { buildClaims } from './build-claims.ts';

const NOW = 1_800_000_000;
const POD = { name: 'api-0', uid: 'pod-uid' };
const NODE = { name: 'node-1', uid: 'node-uid' };

function workloadWith(bound: Partial<Pick<ProvenWorkload, 'pod' | 'node'>> = {}): ProvenWorkload {
  const workload = {
    cluster: 'prod-eu',
    identityDomain: 'prod',
    namespace: 'demo',
    serviceAccount: { name: 'api', uid: 'sa-uid' },
    pod: POD,
    node: NODE,
    source: { expiresAtSeconds: NOW + 3600, issuedAtSeconds: NOW, jti: 'source-jti', claims: {} },
    ...bound,
  };
  return workload as unknown as ProvenWorkload; // only a judged token makes one; here nothing is proven
}

function claimsOf(
  decision: Partial<IssueDecision>,
  other: { workload?: ProvenWorkload; clientId?: string } = {},
) {
  return buildClaims({
    workload: other.workload ?? workloadWith(),
    decision: {
      kind: 'issue',
      identitySystem: 'myidsystem',
      target: 'vault',
      rule: 'allow-api',
      subject: 'myidsystem.demo.api',
      audience: ['vault.example'],
      tokenType: 'access_token',
      signingAlgorithm: 'ES256',
      scopes: [],
      expiresAtSeconds: NOW + 600,
      claims: {},
      include: [],
      ...decision,
    },
    issuer: 'https://broker.example',
    jti: 'credential-jti',
    nowSeconds: NOW,
    clientId: other.clientId ?? null,
  });
}

const COMMON = {
  iss: 'https://broker.example',
  sub: 'myidsystem.demo.api',
  aud: 'vault.example',
  iat: NOW,
  exp: NOW + 600,
  jti: 'credential-jti',
  identity_system: 'myidsystem',
  cluster: 'prod-eu',
  'kubernetes.io': { namespace: 'demo', serviceaccount: { name: 'api', uid: 'sa-uid' } },
};

describe('S33 S38: each type of credential carries exactly its claims', () => {
  const scopes = ['read', 'write'];
  test.each<{ tokenType: CredentialType; scopes: string[]; beside: object }>([
    { tokenType: 'access_token', scopes: [], beside: { nbf: NOW, client_id: 'myidsystem.demo.api' } },
    {
      tokenType: 'access_token',
      scopes,
      beside: { nbf: NOW, client_id: 'myidsystem.demo.api', scope: 'read write' },
    },
    { tokenType: 'jwt', scopes: [], beside: { nbf: NOW } },
    { tokenType: 'jwt', scopes, beside: { nbf: NOW, scope: 'read write' } },
    { tokenType: 'id_token', scopes: [], beside: {} },
    { tokenType: 'id_token', scopes, beside: {} },
  ])('$tokenType with scopes $scopes', ({ tokenType, scopes, beside }) => {
    expect(claimsOf({ tokenType, scopes })).toStrictEqual({ ...COMMON, ...beside });
  });
});

test('S34: an access token has the granted scopes, separated by spaces', () => {
  expect(claimsOf({ scopes: ['read', 'write'] }).scope).toBe('read write');
  expect(claimsOf({ scopes: [] })).not.toHaveProperty('scope');
});

test('S35: aud is what the decision names: a string when one, an array when several', () => {
  expect(claimsOf({ audience: ['one'] }).aud).toBe('one');
  expect(claimsOf({ audience: ['one', 'two'] }).aud).toStrictEqual(['one', 'two']);
});

describe('S38: pod and node are told only where the target asks and the token was bound to them', () => {
  const kubernetes = COMMON['kubernetes.io'];
  test.each<{ include: IncludedClaim[]; bound: Partial<Pick<ProvenWorkload, 'pod' | 'node'>>; told: object }>(
    [
      { include: [], bound: {}, told: {} },
      { include: ['pod'], bound: {}, told: { pod: POD } },
      { include: ['node'], bound: {}, told: { node: NODE } },
      { include: ['pod', 'node'], bound: {}, told: { pod: POD, node: NODE } },
      { include: ['pod', 'node'], bound: { pod: null }, told: { node: NODE } },
      { include: ['pod', 'node'], bound: { node: null }, told: { pod: POD } },
      { include: ['pod', 'node'], bound: { pod: null, node: null }, told: {} },
      {
        include: ['node'],
        bound: { node: { name: 'node-1', uid: null } },
        told: { node: { name: 'node-1' } },
      },
    ],
  )('include $include of a workload with $bound', ({ include, bound, told }) => {
    const claims = claimsOf({ include }, { workload: workloadWith(bound) });
    expect(claims).toStrictEqual({
      ...COMMON,
      nbf: NOW,
      client_id: 'myidsystem.demo.api',
      'kubernetes.io': { ...kubernetes, ...told },
    });
  });
});

describe('S38: flat copies say what kubernetes.io says, and no more', () => {
  const always = { k8s_namespace: 'demo', k8s_serviceaccount: 'api', k8s_serviceaccount_uid: 'sa-uid' };
  const pod = { k8s_pod: 'api-0', k8s_pod_uid: 'pod-uid' };
  const node = { k8s_node: 'node-1', k8s_node_uid: 'node-uid' };
  test.each<{ include: IncludedClaim[]; bound: Partial<Pick<ProvenWorkload, 'pod' | 'node'>>; flat: object }>(
    [
      { include: ['pod', 'node'], bound: {}, flat: {} },
      { include: ['flat'], bound: {}, flat: always },
      { include: ['flat', 'pod'], bound: {}, flat: { ...always, ...pod } },
      { include: ['flat', 'node'], bound: {}, flat: { ...always, ...node } },
      { include: ['flat', 'pod', 'node'], bound: {}, flat: { ...always, ...pod, ...node } },
      { include: ['flat', 'pod', 'node'], bound: { pod: null, node: null }, flat: always },
      {
        include: ['flat', 'node'],
        bound: { node: { name: 'node-1', uid: null } },
        flat: { ...always, k8s_node: 'node-1' },
      },
    ],
  )('include $include of a workload with $bound', ({ include, bound, flat }) => {
    const claims = claimsOf({ include }, { workload: workloadWith(bound) });
    const told = Object.fromEntries(Object.entries(claims).filter(([name]) => name.startsWith('k8s_')));
    expect(told).toStrictEqual(flat);
  });
});

test('S37: client_id is the authenticated client, and the subject where there is none', () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/);
  fc.assert(
    fc.property(label, fc.tuple(label, label, label), (client, names) => {
      const subject = names.join('.');
      const withClient = claimsOf({ subject }, { clientId: client });
      // A client id is a DNS label and has no dot, a workload's subject always has one.
      return (
        withClient.client_id === client &&
        withClient.client_id !== withClient.sub &&
        claimsOf({ subject }).client_id === subject
      );
    }),
  );
});

describe('A65: a rule claim never overrides, forges or removes a claim of the broker', () => {
  const FORGED = 'forged';
  const standard = 'iss sub aud exp nbf iat jti client_id scope act may_act cnf nonce azp auth_time at_hash';
  const own = 'identity_system cluster kubernetes.io k8s_pod Sub AUD Kubernetes.io \u017fub __proto__';
  const reserved = `${standard} ${own}`.split(' ');
  test.each(['access_token', 'id_token', 'jwt'] as const)('%s', (tokenType) => {
    const claims = JSON.parse(JSON.stringify(Object.fromEntries(reserved.map((name) => [name, FORGED]))));
    expect(claimsOf({ tokenType, claims })).toStrictEqual(claimsOf({ tokenType }));
    expect(JSON.stringify(claimsOf({ tokenType, claims }))).not.toContain(FORGED);
  });
});

test('A65: __proto__ as the name of a rule claim reaches no prototype', () => {
  const claims = claimsOf({ claims: JSON.parse('{"__proto__":{"admin":true},"team":"core"}') });
  expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
  expect(claims.admin).toBeUndefined();
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
  expect(claims.team).toBe('core');
});

test("A65: every claim that the broker writes is one that no rule may set, and a rule's other claims are kept", () => {
  const everything = claimsOf({ include: ['pod', 'node', 'flat'], scopes: ['read'] });
  expect(Object.keys(everything).filter((name) => !isReservedClaim(name))).toStrictEqual([]);

  const claims = { team: 'core', roles_at_vault: ['reader'], limits: { cpu: 2 } };
  expect(claimsOf({ claims })).toMatchObject(claims);
});
