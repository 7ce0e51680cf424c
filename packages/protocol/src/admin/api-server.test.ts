import { describe, expect, test } from 'vitest';
import { clusterBody } from './cluster.ts';
import { detailsOf, problemsOf } from './test-support.ts';

const CLUSTER = {
  issuers: ['https://kubernetes.default.svc'],
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  apiServer: { url: 'https://prod.company.com:6443' },
};

const problems = (more: object) => problemsOf(clusterBody, { ...CLUSTER, ...more });
const jwks = (source: object, more: object = {}) =>
  problems({ validation: { mode: 'offline', jwks: source }, ...more });
const apiServer = (more: object) => problems({ apiServer: { ...CLUSTER.apiServer, ...more } });

describe('API server', () => {
  test.each([
    'http://prod.company.com',
    'https://prod.company.com/',
    'https://prod.company.com/api',
    'https://prod.company.com?x=1',
    'https://prod.company.com#x',
    'https://user@prod.company.com',
    'https://user:pass@prod.company.com',
    'https://PROD.company.com',
    'https://prod.company.com:443',
    'https://prod.company.com.',
    ' https://prod.company.com',
    'https://prod.company.com\n',
    'https://prod_company.com:99999',
    'https://',
  ])('its url is an https origin in its one spelling, so not %j', async (url) => {
    expect(await apiServer({ url })).toEqual(['/apiServer/url']);
  });

  test.each([
    'https://10.0.0.1',
    'https://[fd00::1]:6443',
    'https://127.0.0.1:6443',
    'https://localhost',
    'https://a.b',
  ])('its url may be %s', async (url) => {
    expect(await apiServer({ url })).toEqual([]);
  });

  test.each([
    'https://169.254.169.254',
    'https://169.254.0.1:8443',
    'https://[fe80::1]',
    'https://[::ffff:169.254.169.254]',
    'https://[::ffff:a9fe:a9fe]',
    'https://[64:ff9b::a9fe:a9fe]',
    'https://0xa9fea9fe',
    'https://2852039166',
    'https://169.254.169.254.',
    'https://[fd00:ec2::254]',
    'https://metadata.google.internal',
    'https://0.0.0.0',
    'https://[::]',
  ])('L25: neither its url nor that of keys is %s', async (url) => {
    expect(await apiServer({ url })).toEqual(['/apiServer/url']);
    const found = await jwks({ source: 'uri', uri: `${url}/`, allowedOrigins: [url] });
    expect(found).toEqual(['/validation/jwks/allowedOrigins/0', '/validation/jwks/uri']);
  });

  test('a message about a url repeats no password', async () => {
    const body = { ...CLUSTER, apiServer: { url: 'https://user:hunter2@prod.company.com' } };
    expect((await detailsOf(clusterBody, body)).join()).not.toContain('hunter2');
  });
});

describe('certificates', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n';

  test('come alone, one or several', async () => {
    for (const caBundle of [PEM, PEM + PEM, `${PEM}\n${PEM.trimEnd()}`, PEM.replaceAll('\n', '\r\n')]) {
      expect(await apiServer({ caBundle })).toEqual([]);
    }
  });

  test.each([
    ['nothing', ''],
    ['a private key beside them', `${PEM}-----BEGIN PRIVATE KEY-----\nTUlJ\n-----END PRIVATE KEY-----\n`],
    ['text before them', `issuer=CN\n${PEM}`],
    ['text behind them', `${PEM}token: x`],
    ['an end that is missing', '-----BEGIN CERTIFICATE-----\nTUlJ\n'],
    ['DER', 'MIIB'],
    ['more than 128 KiB', PEM.repeat(2300)],
  ])('%s is refused', async (_, caBundle) => {
    expect(await apiServer({ caBundle })).toEqual(['/apiServer/caBundle']);
  });
});

describe('credential', () => {
  const credential = (value: object) => apiServer({ credential: value });

  test('is a token, a file or that of our own pod', async () => {
    for (const good of [
      { kind: 'token' },
      { kind: 'token', token: 'a.b-c' },
      { kind: 'token', token: null },
      { kind: 'tokenFile', path: '/a/..data/token' },
      { kind: 'inCluster' },
    ]) {
      expect(await credential(good)).toEqual([]);
    }
    expect(await credential({ kind: 'clientCertificate' })).toEqual(['/apiServer/credential/kind']);
    expect(await credential({ kind: 'inCluster', path: '/a' })).toEqual(['/apiServer/credential/path']);
    expect(await credential({ kind: 'token', fingerprint: 'x' })).toEqual([
      '/apiServer/credential/fingerprint',
    ]);
  });

  test('a token is at most 16384 characters long', async () => {
    const token = (length: number) => credential({ kind: 'token', token: 'a'.repeat(length) });
    expect([await token(16_384), await token(16_385)]).toEqual([[], ['/apiServer/credential/token']]);
  });

  test.each([
    '',
    'a b',
    'a\nb',
    'a\r\nX-Header: y',
    '\u00e9',

    { set: true, fingerprint: 'x' },
  ])('a token goes into a header, so it is not %j', async (token) => {
    expect(await credential({ kind: 'token', token })).toEqual(['/apiServer/credential/token']);
  });

  test.each([
    'token',
    './token',
    '/a/../etc/shadow',
    '/a/./b',
    '/a//b',
    '/a/',
    '/',
    '/a\u0000',
    '/a b',
    'C:\\a',
    '~/a',
    '/a/..',
  ])('A59: %j is no plain absolute path', async (path) => {
    expect(await credential({ kind: 'tokenFile', path })).toEqual(['/apiServer/credential/path']);
  });
});
