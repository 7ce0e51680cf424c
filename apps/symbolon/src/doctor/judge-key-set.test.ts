import { expect, test } from 'vitest';
import { judgeKeySet } from './judge-key-set.ts';

const key = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid, alg: 'ES256' });
const judge = (keys: unknown, status = 200) =>
  judgeKeySet({
    status,
    headers: { 'content-type': 'application/jwk-set+json' },
    body: JSON.stringify({ keys }),
  });

test('keys that are told apart are well', () => {
  expect(judge([key('a'), key('b')])).toMatchObject({
    status: 'ok',
    what: '2 signing keys are published (ES256)',
  });
});

test.each(['d', 'p', 'k'])(
  'A54: a key with the private member %s is a problem, and is not shown',
  (member) => {
    const finding = judge([key('a'), { ...key('b'), [member]: 'very-secret' }]);
    expect(finding).toMatchObject({ status: 'problem', what: 'a private key is published' });
    expect(JSON.stringify(finding)).not.toContain('very-secret');
  },
);

test.each([
  ['no key', [], 200],
  ['two of one kid', [key('a'), key('a')], 200],
  ['one without a kid', [{ kty: 'EC' }], 200],
  ['no list', 'keys', 200],
  ['an error', [key('a')], 503],
])('a key set with %s is a problem', (_, keys, status) => {
  expect(judge(keys, status).status).toBe('problem');
});
