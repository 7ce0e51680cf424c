import { describe, expect, test } from 'vitest';
import { checkRequestHead } from './check-request-head.ts';

const head = {
  method: 'POST',
  query: '',
  contentType: 'application/x-www-form-urlencoded',
  contentEncoding: null,
};

describe('the head of a token request', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'post'])('S1: refuses %s', (method) => {
    expect(checkRequestHead({ ...head, method })).toBe('method_not_allowed');
  });

  test.each([
    'application/x-www-form-urlencoded',
    'Application/X-WWW-Form-Urlencoded',
    'application/x-www-form-urlencoded;charset=UTF-8',
    'application/x-www-form-urlencoded; charset="utf-8"',
  ])('takes the content type %s', (contentType) => {
    expect(checkRequestHead({ ...head, contentType })).toBeNull();
  });

  test.each([
    null,
    '',
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/x-www-form-urlencoded; charset="utf-8',
    'application/x-www-form-urlencoded; charset=utf-8; charset=utf-7',
    'application/x-www-form-urlencoded, application/json',
    'application/x-www-form-urlencodedx',
  ])('A37: refuses the content type %s', (contentType) => {
    expect(checkRequestHead({ ...head, contentType })).toBe('content_type_unsupported');
  });

  test('A37: refuses parameters in the query string', () => {
    expect(checkRequestHead({ ...head, query: '?audience=other' })).toBe('query_parameters_not_allowed');
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip', 'GZIP', 'unheard-of', ''])(
    'A37: refuses the content coding %j, so that few bytes never become many',
    (contentEncoding) => {
      expect(checkRequestHead({ ...head, contentEncoding })).toBe('body_malformed');
    },
  );

  test.each(['identity', 'Identity'])('takes the content coding %s', (contentEncoding) => {
    expect(checkRequestHead({ ...head, contentEncoding })).toBeNull();
  });
});

test('S1: the method is judged first, then the query, the content type and the coding', () => {
  const all = { method: 'GET', query: '?a=b', contentType: null, contentEncoding: 'gzip' };
  expect(checkRequestHead(all)).toBe('method_not_allowed');
  expect(checkRequestHead({ ...all, method: 'POST' })).toBe('query_parameters_not_allowed');
  expect(checkRequestHead({ ...all, method: 'POST', query: '' })).toBe('content_type_unsupported');
  expect(checkRequestHead({ ...head, contentEncoding: 'gzip' })).toBe('body_malformed');
});
