import { createSigningKey, signRaw } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import { expectRefusals, judgeCredentials } from './judge-answer.ts';

const key = createSigningKey('ES256');
const jwks = { keys: [key.publicJwk] };
const header = { alg: 'ES256', kid: key.kid };

const answerOf = (status: number, body: object) => ({
  status,
  closes: false,
  body: Buffer.from(JSON.stringify(body)),
});
const issued = (token: string) => answerOf(200, { access_token: token, token_type: 'Bearer' });

test('only 200 with a token in it is an answer', () => {
  const judge = judgeCredentials(jwks);
  expect(judge(issued(signRaw(header, { sub: 'a' }, key)))).toBeNull();
  expect(judge(answerOf(503, { error: 'temporarily_unavailable' }))).toMatch(/^status 503: .*unavailable/);
  expect(judge(answerOf(200, { error: 'invalid_target' }))).toMatch('no credential');
  expect(judge(answerOf(200, {}))).toMatch('no credential');
});

test('a token that no published key has signed is found out among the first and every 256th', () => {
  const stranger = { ...createSigningKey('ES256'), kid: key.kid };
  for (const token of [
    signRaw(header, { sub: 'a' }, stranger),
    signRaw({ ...header, kid: 'another' }, { sub: 'a' }, key),
    signRaw(header, { sub: 'a' }, 'unsigned'),
  ]) {
    expect(judgeCredentials(jwks)(issued(token))).toMatch('not signed by a published key');
    const judge = judgeCredentials(jwks);
    const good = issued(signRaw(header, { sub: 'a' }, key));
    for (let seen = 0; seen < 256; seen++) expect(judge(good)).toBeNull();
    expect(judge(issued(token))).toMatch('not signed by a published key');
  }
});

test('what must be refused may not be served, and may not be our own trouble', () => {
  expect(expectRefusals(answerOf(400, {}))).toBeNull();
  expect(expectRefusals(answerOf(200, {}))).toMatch('status 200');
  expect(expectRefusals(answerOf(503, {}))).toMatch('status 503');
});
