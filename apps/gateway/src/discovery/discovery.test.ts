import { UnavailableError } from '@symbolon/core';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { describe, expect, test } from 'vitest';
import { createTestGateway, postToken } from '../test-support.ts';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

async function metadataAt(issuer: string, url: string, headers: Record<string, string> = {}) {
  const { app } = createTestGateway({ issuer });
  const response = await app.request(url, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

describe('metadata', () => {
  test.each([
    ['https://broker.example', 'https://broker.example'],
    ['https://broker.example/', 'https://broker.example'],
    ['https://broker.example/tenants/one', 'https://broker.example/tenants/one'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('S48: of %s names it byte for byte, with endpoints under it', async (issuer, base) => {
    expect(await metadataAt(issuer, `${base}${OPENID}`)).toMatchObject({
      issuer,
      token_endpoint: `${base}/token`,
      jwks_uri: `${base}/jwks`,
    });
  });

  test.each([OPENID, OAUTH])(
    'S47: %s of an issuer with a path is there before the path and after it',
    async (name) => {
      const issuer = 'https://broker.example/tenants/one';
      const inserted = await metadataAt(issuer, `https://broker.example${name}/tenants/one`);
      expect(inserted).toMatchObject({ issuer });
      expect(await metadataAt(issuer, `${issuer}${name}`)).toEqual(inserted);
    },
  );

  test('S47: an issuer with a path serves no endpoint outside it', async () => {
    const { app } = createTestGateway({ issuer: 'https://broker.example/tenants/one' });
    for (const path of [OPENID, OAUTH, '/token', '/jwks', '/tenants/one/tenants/one/token']) {
      expect((await app.request(`https://broker.example${path}`)).status).toBe(404);
    }
    expect((await postToken(app, { url: 'https://broker.example/tenants/one/token' })).status).toBe(200);
  });

  test('S49: has what OpenID Connect requires, and no authorization endpoint where there is none', async () => {
    const metadata = await metadataAt('https://broker.example', `https://broker.example${OPENID}`);
    expect(metadata).toMatchObject({
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
    });
    expect(metadata).not.toHaveProperty('authorization_endpoint');
  });

  test.each([
    [
      ['ES256', 'RS256'],
      ['RS256', 'ES256'],
    ],
    [
      ['ES256', 'EdDSA'],
      ['RS256', 'ES256', 'EdDSA'],
    ],
    [[], ['RS256']],
  ] as const)('S50: of keys for %j lists RS256 and the others', async (algorithms, listed) => {
    const { app } = createTestGateway({ algorithms: () => algorithms });
    const response = await app.request(`https://broker.example${OPENID}`);
    expect(await response.json()).toMatchObject({ id_token_signing_alg_values_supported: listed });
  });

  test('S51: has no empty list', async () => {
    const metadata = await metadataAt('https://broker.example', `https://broker.example${OAUTH}`);
    expect(Object.values(metadata).filter((value) => Array.isArray(value) && value.length === 0)).toEqual([]);
    expect(metadata).not.toHaveProperty('scopes_supported');
  });

  test('S52: lists the one grant that is served, and that no client authenticates', async () => {
    expect(await metadataAt('https://broker.example', `https://broker.example${OAUTH}`)).toMatchObject({
      grant_types_supported: ['urn:ietf:params:oauth:grant-type:token-exchange'],
      token_endpoint_auth_methods_supported: ['none'],
    });
  });

  test('A54: is the same, byte for byte, under a spoofed host', async () => {
    const { app } = createTestGateway();
    const honest = await (await app.request(`https://broker.example${OPENID}`)).text();
    const headers = {
      host: 'attacker.example',
      'x-forwarded-host': 'attacker.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=attacker.example;proto=http',
    };
    expect(await (await app.request(`http://attacker.example${OPENID}`, { headers })).text()).toBe(honest);
  });
});

describe('clients written by others', () => {
  const issuers = ['https://broker.example', 'https://broker.example/tenants/one'];

  test.each(issuers)('oauth4webapi discovers %s by both documents', async (issuer) => {
    const { app } = createTestGateway({ issuer });
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const response = await oauth.discoveryRequest(new URL(issuer), {
        algorithm,
        [oauth.customFetch]: (url, init) => Promise.resolve(app.request(url, { headers: init.headers })),
      });
      const metadata = await oauth.processDiscoveryResponse(new URL(issuer), response);
      expect(metadata.token_endpoint).toBe(`${issuer}/token`);
    }
  });

  test.each(issuers)('openid-client discovers %s by both documents', async (issuer) => {
    const { app } = createTestGateway({ issuer });
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const configuration = await client.discovery(new URL(issuer), 'any', undefined, client.None(), {
        algorithm,
        [client.customFetch]: (url, init) => Promise.resolve(app.request(url, { headers: init.headers })),
      });
      expect(configuration.serverMetadata().jwks_uri).toBe(`${issuer}/jwks`);
    }
  });
});

describe('the key set', () => {
  const url = 'https://broker.example/jwks';
  const publishedKeys = () => ({ keys: [{ kty: 'EC', kid: 'a' }], maxAgeSeconds: 300, etag: '"keys-1"' });

  test('L39: may be cached and has a tag, under its own media type', async () => {
    const response = await createTestGateway({ publishedKeys }).app.request(url);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('etag')).toBe('"keys-1"');
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json');
    expect(await response.json()).toEqual({ keys: [{ kty: 'EC', kid: 'a' }] });
  });

  test('L39: its time is shortened by up to a tenth and never made longer, so that not all come at once', async () => {
    for (const [random, seconds] of [
      [0, 300],
      [0.5, 285],
      [0.999, 271],
    ] as const) {
      const { app } = createTestGateway({ publishedKeys, random: () => random });
      const response = await app.request(url);
      expect(response.headers.get('cache-control')).toBe(`public, max-age=${seconds}`);
    }
  });

  test.each(['"keys-1"', 'W/"keys-1"', '"other", "keys-1"', '*'])(
    'L39: is 304 without a body for If-None-Match: %s',
    async (ifNoneMatch) => {
      const { app } = createTestGateway({ publishedKeys });
      const response = await app.request(url, { headers: { 'if-none-match': ifNoneMatch } });
      expect(response.status).toBe(304);
      expect(response.headers.get('etag')).toBe('"keys-1"');
      expect(response.headers.get('cache-control')).toBe('public, max-age=300');
      expect(await response.text()).toBe('');
    },
  );

  test.each(['"keys-2"', 'keys-1', '"keys-1', ''])(
    'is sent anew for If-None-Match: %s',
    async (ifNoneMatch) => {
      const { app } = createTestGateway({ publishedKeys });
      const response = await app.request(url, { headers: { 'if-none-match': ifNoneMatch } });
      expect(response.status).toBe(200);
    },
  );

  test('A54: a key that is withdrawn is gone from the next answer, for holders of the old tag too', async () => {
    const compromised = { kty: 'EC', kid: 'compromised' };
    const kept = { kty: 'EC', kid: 'kept' };
    let published = { keys: [compromised, kept], maxAgeSeconds: 300, etag: '"both"' };
    const { app } = createTestGateway({ publishedKeys: () => published });
    expect(await (await app.request(url)).json()).toEqual({ keys: [compromised, kept] });
    published = { ...published, keys: [kept], etag: '"one"' };
    const response = await app.request(url, { headers: { 'if-none-match': '"both"' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ keys: [kept] });
  });

  test('A54: follows no host that the request names', async () => {
    const { app } = createTestGateway({ publishedKeys });
    const spoofed = await app.request('https://attacker.example/jwks', {
      headers: { host: 'attacker.example', 'x-forwarded-host': 'attacker.example' },
    });
    expect(await spoofed.text()).toBe(await (await app.request(url)).text());
  });

  test('is 503 that no cache keeps while there are no keys to publish, never an empty set', async () => {
    const { app } = createTestGateway({
      publishedKeys: () => {
        throw new UnavailableError('signing_key_unavailable', 'signing keys not read yet');
      },
    });
    const response = await app.request(url);
    expect(response.status).toBe(503);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

test.each(['/jwks', OPENID, OAUTH])('%s takes GET and HEAD alone', async (path) => {
  const { app } = createTestGateway();
  const head = await app.request(`https://broker.example${path}`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const post = await app.request(`https://broker.example${path}`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
