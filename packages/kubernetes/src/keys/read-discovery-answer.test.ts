import { isClusterLocalHost } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { readDiscoveryAnswer } from './read-discovery-answer.ts';

const ISSUER = 'https://oidc.company.com/clusters/a';

const read = (
  document: unknown,
  changes: {
    issuer?: string;
    allowedOrigins?: readonly string[];
    status?: number;
    contentType?: string;
  } = {},
) => {
  const { issuer = ISSUER, allowedOrigins = [], ...answer } = changes;
  const body = new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document));
  return readDiscoveryAnswer(
    {
      kind: 'answered',
      status: 200,
      contentType: 'application/json',
      cacheControl: '',
      etag: '',
      body,
      ...answer,
    },
    { issuer, allowedOrigins, isClusterLocalHost },
  );
};
const naming = (jwksUri: unknown) => ({ issuer: ISSUER, jwks_uri: jwksUri });
const failed = (why: RegExp) => ({ kind: 'failed', why: expect.stringMatching(why) });

describe('readDiscoveryAnswer', () => {
  test('S93: reads where the keys of the issuer are', () => {
    const jwksUri = 'https://oidc.company.com/clusters/a/openid/v1/jwks';
    expect(read({ ...naming(jwksUri), more: 1 })).toEqual({ kind: 'read', value: jwksUri });
  });

  test.each([
    `${ISSUER}/`,
    'https://oidc.company.com/clusters/A',
    'https://OIDC.company.com/clusters/a',
    'https://oidc.company.com:443/clusters/a',
    'https://oidc.company.com/clusters/%61',
    'http://oidc.company.com/clusters/a',
    'https://oidc.company.com',
    ` ${ISSUER}`,
    '',
    null,
    [ISSUER],
    undefined,
  ])('S48: refuses the document of %j, which is another issuer by a byte or a type', (issuer) => {
    const jwksUri = 'https://oidc.company.com/jwks';
    expect(read({ issuer, jwks_uri: jwksUri })).toEqual(failed(/another issuer/));
  });

  test.each([
    'https://evil.test/jwks',
    'https://oidc.company.com.evil.test/jwks',
    'https://company.com/jwks',
    'https://oidc.company.com:8443/jwks',
    'https://10.0.0.1/jwks',
  ])('A59: refuses a jwks_uri at %s, an origin that no operator named', (jwksUri) => {
    expect(read(naming(jwksUri))).toEqual(failed(/origin/));
  });

  test('A59: takes a jwks_uri on an origin that an operator named, and on no other', () => {
    const allowedOrigins = ['https://10.0.0.1:6443'];
    const jwksUri = 'https://10.0.0.1:6443/openid/v1/jwks';
    expect(read(naming(jwksUri), { allowedOrigins })).toEqual({ kind: 'read', value: jwksUri });
    expect(read(naming('https://10.0.0.1/openid/v1/jwks'), { allowedOrigins })).toEqual(failed(/origin/));
  });

  test.each(['https://kubernetes.default.svc', 'https://127.0.0.1:6443', 'https://localhost'])(
    'A59: refuses a jwks_uri at %s though it is named: the keys there are those of our own cluster',
    (origin) => {
      expect(read(naming(`${origin}/openid/v1/jwks`), { allowedOrigins: [origin] })).toEqual(
        failed(/cluster-local/),
      );
    },
  );

  test.each([
    undefined,
    null,
    1,
    {},
    '',
    '/jwks',
    'http://oidc.company.com/jwks',
    'file:///etc/passwd',
    `https://oidc.company.com/${'a'.repeat(2048)}`,
  ])('A23: refuses the jwks_uri %j, which is no https URL', (jwksUri) => {
    expect(read(naming(jwksUri))).toEqual(failed(/no https URL/));
  });

  test('A20: refuses what is no JSON document', () => {
    const good = naming('https://oidc.company.com/jwks');
    expect(read(good, { contentType: 'text/html' })).toEqual(failed(/media type/));
    for (const status of [301, 302, 304, 403, 404, 500])
      expect(read(good, { status })).toEqual(failed(new RegExp(`${status}`)));
    for (const body of ['', '[]', 'null', '{"issuer":"a","issuer":"b"}'])
      expect(read(body)).toEqual(failed(/no JSON object/));
  });

  test('L25: repeats nothing of an answer', () => {
    for (const document of ['secret', { issuer: 'secret' }, naming('https://secret.test/secret')])
      expect(JSON.stringify(read(document))).not.toContain('secret');
  });
});
