import { describe, expect, test } from 'vitest';
import { isReservedClaim, isRuleClaimName, RESERVED_CLAIMS } from './reserved-claims.ts';

describe('isReservedClaim', () => {
  test.each([
    'iss',
    'sub',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'scope',
    'client_id',
    'act',
    'may_act',
    'cnf',
    'nonce',
  ])('A65: %s is reserved', (name) => expect(isReservedClaim(name)).toBe(true));
  test.each([
    'auth_time',
    'acr',
    'amr',
    'azp',
    'at_hash',
    'c_hash',
    'sid',
    'events',
    'email',
    'groups',
    'roles',
  ])('A65: %s is reserved', (name) => expect(isReservedClaim(name)).toBe(true));
  test.each(['identity_system', 'cluster', 'kubernetes.io', 'k8s_namespace', 'k8s_anything', 'symbolon'])(
    "A65: the broker's %s is reserved",
    (name) => expect(isReservedClaim(name)).toBe(true),
  );
  test.each(['Sub', 'SUB', 'Kubernetes.IO', 'K8s_Namespace', 'consumerPlmnId'])(
    'A65: %s is reserved, whatever its case',
    (name) => expect(isReservedClaim(name)).toBe(true),
  );
  test.each(['__proto__', 'constructor', 'prototype'])('A65: %s is reserved', (name) => {
    expect(isReservedClaim(name)).toBe(true);
  });
  test('every reserved name is in lower case, as names are folded to it', () => {
    for (const name of RESERVED_CLAIMS) expect(name).toBe(name.toLowerCase());
  });
});

describe('isRuleClaimName', () => {
  test.each(['team', 'https://company.com/team', 'subject', 'x-sub', 'a'.repeat(255)])(
    'accepts %j',
    (name) => {
      expect(isRuleClaimName(name)).toBe(true);
    },
  );
  test.each(['', 'sub', 'a b', 'a\0', 'a\n', '\u202eteam', 'caf\u00e9', 'a'.repeat(256)])(
    'A03 A65: refuses %j',
    (name) => expect(isRuleClaimName(name)).toBe(false),
  );
});
