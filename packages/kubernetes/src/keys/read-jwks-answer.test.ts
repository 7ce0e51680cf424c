import { describe, expect, test } from 'vitest';
import { readJwksAnswer } from './read-jwks-answer.ts';

const answer = (body: string | Uint8Array, changes: { status?: number; contentType?: string } = {}) =>
  readJwksAnswer({
    kind: 'answered',
    status: 200,
    contentType: 'application/jwk-set+json',
    cacheControl: '',
    etag: '',
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    ...changes,
  });

describe('readJwksAnswer', () => {
  test('reads keys', () => {
    expect(answer('{"keys":[{"kid":"a"}]}')).toEqual({ kind: 'read', value: [{ kid: 'a' }] });
  });

  test.each(['application/json', 'application/JSON; charset=utf-8', 'application/jwk-set+json;x=y'])(
    'takes %s',
    (contentType) => {
      expect(answer('{"keys":[]}', { contentType }).kind).toBe('read');
    },
  );

  test.each(['', 'text/html', 'text/plain', 'application/jsonp', 'application/json-patch+json'])(
    'A20: refuses the media type %j, such as a login page has',
    (contentType) => {
      expect(answer('{"keys":[]}', { contentType }).kind).toBe('failed');
    },
  );

  test.each([201, 204, 206, 301, 302, 307, 304, 400, 401, 403, 404, 500, 503])(
    'A20: refuses HTTP %i',
    (status) => {
      expect(answer('{"keys":[]}', { status })).toMatchObject({
        kind: 'failed',
        why: expect.stringContaining(`${status}`),
      });
    },
  );

  test.each([
    '',
    '[]',
    'null',
    '{}',
    '{"keys":{}}',
    '{"keys":[1]}',
    '{"keys":[null]}',
    '{"keys":[[]]}',
    '{"keys":[]',
    '{"keys":[{"kid":"a","kid":"b"}]}',
    '{"keys":[],"keys":[]}',
    `{"keys":${'['.repeat(50)}${']'.repeat(50)}}`,
  ])('A20: refuses %s, which is no set of keys', (body) => {
    expect(answer(body).kind).toBe('failed');
  });

  test('A20: refuses more keys than any cluster has', () => {
    const keys = (count: number) =>
      JSON.stringify({ keys: Array.from({ length: count }, () => ({ kty: 'EC' })) });
    expect(answer(keys(100)).kind).toBe('read');
    expect(answer(keys(101)).kind).toBe('failed');
    expect(answer(keys(20_000)).kind).toBe('failed');
  });

  test('refuses invalid UTF-8, and repeats nothing of an answer', () => {
    const bytes = [...Buffer.from('{"keys":[{"kid":"'), 0xc3, 0x28, ...Buffer.from('"}]}')];
    expect(answer(Uint8Array.from(bytes)).kind).toBe('failed');
    for (const changes of [{}, { status: 500 }, { contentType: 'text/secret' }]) {
      expect(JSON.stringify(answer('secret', changes))).not.toContain('secret');
    }
  });
});
