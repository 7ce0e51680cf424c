import { POLICY_REASONS, REQUEST_REASONS, TOKEN_REASONS, UNAVAILABLE_REASONS } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { endpointsOf } from '../endpoints.ts';
import { ISSUER, workload } from '../test-support.ts';
import { createWriteError, type Failure } from './oauth-error.ts';
import { ANSWER_REASONS, answerFor } from './reason-answers.ts';

const writeError = createWriteError(endpointsOf(ISSUER));

/** The least and the most that a failure can carry. */
const bare = (reason: Failure['reason']): Failure => ({ reason });
const full = (reason: Failure['reason']): Failure => ({
  reason,
  parameter: 'subject_token',
  expectedAudiences: ['https://broker.example', 'say "cheese"\\', 'b\u00fcro\r\nSet-Cookie: a=b'],
  workload: { ...workload, namespace: 'odd"\\\n' },
  retryAfterSeconds: 7,
});

async function bodyOf(failure: Failure): Promise<Record<string, string>> {
  return JSON.parse(writeError(failure, 'request-1').body ?? '') as Record<string, string>;
}

test('every reason of core has an answer, and nothing else has but a path that is none', () => {
  const ofCore = [...REQUEST_REASONS, ...TOKEN_REASONS, ...POLICY_REASONS, ...UNAVAILABLE_REASONS];
  expect([...ANSWER_REASONS].sort()).toEqual([...ofCore, 'not_found'].sort());
});

describe.each(ANSWER_REASONS)('the answer to %s', (reason) => {
  test('S7: has a description of printable ASCII without quotation mark and backslash, whatever it names', async () => {
    for (const failure of [bare(reason), full(reason)]) {
      const { error_description } = await bodyOf(failure);
      expect(error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    }
  });

  test('S5: is not stored, is JSON (S8), and has the five members and no credential (L36)', async () => {
    const { headers } = writeError(full(reason), 'request-1');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'content-type': 'application/json',
    });
    const members = ['error', 'error_description', 'error_uri', 'reason', 'request_id'];
    const body = await bodyOf(full(reason));
    expect(Object.keys(body)).toEqual(members);
    expect(body).toMatchObject({ error_uri: `${ISSUER}/errors/${body.reason}`, request_id: 'request-1' });
  });
});

test.each(TOKEN_REASONS)('S22: %s is 400 invalid_request, and is told as it is', (reason) => {
  expect(answerFor(reason)).toMatchObject({ status: 400, error: 'invalid_request', publicReason: reason });
});

test.each(UNAVAILABLE_REASONS)(
  '%s is 503 temporarily_unavailable: our trouble is never a bad token',
  (reason) => {
    expect(answerFor(reason)).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
  },
);

const hidden = [
  'audience_unknown',
  'audiences_of_several_targets',
  'target_disabled',
  'rule_denied',
  'rule_not_matched',
  'identity_domain_foreign',
] as const;

test('S23: whatever is behind a refused target, the caller is told the same, byte for byte', async () => {
  const answers = await Promise.all(hidden.map((reason) => bodyOf({ reason, workload })));
  for (const answer of answers) {
    expect(answer).toEqual(answers[0]);
    expect(answer).toMatchObject({ error: 'invalid_target', reason: 'target_not_permitted' });
  }
});

test('no other reason is told under a name that is not its own', () => {
  const renamed = ANSWER_REASONS.filter((reason) => answerFor(reason).publicReason !== reason);
  expect(renamed).toEqual(hidden);
});

test('a wrong audience names the ones that the cluster expects, and no other reason but two like it does', async () => {
  const naming: string[] = [];
  for (const reason of ANSWER_REASONS) {
    const { error_description } = await bodyOf({ reason, expectedAudiences: ['https://broker.example'] });
    if (error_description?.includes('audience https://broker.example alone')) naming.push(reason);
  }
  expect(naming).toEqual(['token_audience_wrong', 'token_audience_shared', 'token_audience_api_server']);
});

test('a long list of expected audiences is not poured out', async () => {
  const expectedAudiences = Array.from({ length: 100 }, (_, index) => `audience-${index}`);
  const { error_description } = await bodyOf({ reason: 'token_audience_wrong', expectedAudiences });
  expect(error_description).toContain('audience-4 alone');
  expect(error_description).not.toContain('audience-5');
});

test('a proven caller is told which workload was seen', async () => {
  const { error_description } = await bodyOf({ reason: 'rule_denied', workload });
  expect(error_description).toContain('prod/demo/api');
});

test('a token that is about to expire is sent back to its file', async () => {
  const { error_description } = await bodyOf({ reason: 'source_token_expiring', workload });
  expect(error_description).toContain('Read the token file again');
});
