import { describe, expect, test } from 'vitest';
import { clusterBody } from './cluster.ts';
import { detailsOf, LOOK_ALIKES, problemsOf } from './test-support.ts';

const CLUSTER = {
  issuers: ['https://kubernetes.default.svc'],
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  apiServer: { url: 'https://prod.company.com:6443' },
};

const problems = (more: object) => problemsOf(clusterBody, { ...CLUSTER, ...more });
const jwks = (source: object, more: object = {}) =>
  problems({ validation: { mode: 'offline', jwks: source }, ...more });
const apiServer = (more: object) => problems({ apiServer: { ...CLUSTER.apiServer, ...more } });

test('needs issuers and a mode, and its key source is its API server', async () => {
  expect(await problemsOf(clusterBody, {})).toEqual(['/issuers', '/validation']);
  expect(await problems({ validation: {} })).toEqual(['/validation/mode']);
  expect(await problems({ validation: { mode: 'offline' } })).toEqual([]);
  expect(await problems({ apiServer: undefined })).toEqual(['/apiServer']);
});

test('what is not built yet is refused when it is written', async () => {
  for (const mode of ['review', 'watch']) {
    expect(await detailsOf(clusterBody, { ...CLUSTER, validation: { mode } })).toEqual([
      '/validation/mode: review and watch are not available yet: use "offline"',
    ]);
  }
  expect(await problems({ validation: { mode: 'Offline' } })).toEqual(['/validation/mode']);
});

test('the end of a pod is no lock-out where nobody sees it', async () => {
  expect(await problems({ lockOutOn: 'termination' })).toEqual(['/lockOutOn']);
});

describe('issuers', () => {
  test('are strings, URLs or not, compared as they are written', async () => {
    expect(await problems({ issuers: ['https://a/', 'https://a', 'my-issuer', 'a'.repeat(255)] })).toEqual(
      [],
    );
    expect(await problems({ issuers: ['', ' a', 'a b', 'a"', '\u00e9', 'a'.repeat(256), 5] })).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((index) => `/issuers/${index}`),
    );
    expect(await problems({ issuers: ['a', 'a'] })).toEqual(['/issuers']);
  });

  test('A12: that of legacy tokens is refused', async () => {
    expect(await problems({ issuers: ['kubernetes/serviceaccount'] })).toEqual(['/issuers/0']);
  });
});

test.each(LOOK_ALIKES)('L4: the identity domain %j is refused', async (identityDomain) => {
  expect(await problems({ identityDomain })).toEqual(['/identityDomain']);
});

test('audiences are one at least where they are given', async () => {
  expect(await problems({ audiences: ['a'] })).toEqual([]);
  expect(await problems({ audiences: [] })).toEqual(['/audiences']);
  expect(await apiServer({ audiences: [] })).toEqual(['/apiServer/audiences']);
});

test('A17: only asymmetric algorithms can be allowed', async () => {
  expect(await problems({ allowedAlgorithms: ['RS256', 'PS512', 'ES384', 'EdDSA'] })).toEqual([]);
  expect(await problems({ allowedAlgorithms: [] })).toEqual(['/allowedAlgorithms']);
  expect(await problems({ allowedAlgorithms: ['none', 'HS256', 'ES256K', 'rs256'] })).toEqual(
    [0, 1, 2, 3].map((index) => `/allowedAlgorithms/${index}`),
  );
});

test.each([
  ['clockSkewSeconds', 0, 60],
  ['reviewCacheSeconds', 0, 60],
  ['watchStaleSeconds', 65, 600],
  ['maxTokenLifetimeSeconds', 60, 31_622_400],
])('%s is from %i to %i', async (field, min, max) => {
  for (const good of [min, max]) expect(await problems({ [field]: good })).toEqual([]);
  for (const bad of [min - 1, max + 1, 30.5, '30', null])
    expect(await problems({ [field]: bad })).toEqual([`/${field}`]);
});

describe('A59: keys are discovered', () => {
  const discover = (...issuers: string[]) => jwks({ source: 'discovery' }, { issuers });

  test('at issuers that mean the same server to everybody', async () => {
    expect(await discover('https://oidc.company.com/id/0123', 'https://oidc.eks.amazonaws.com:8443')).toEqual(
      [],
    );
    expect(
      await jwks(
        { source: 'discovery', allowedOrigins: ['https://keys.company.com'] },
        {
          issuers: ['https://oidc.company.com'],
        },
      ),
    ).toEqual([]);
  });

  test.each([
    'https://kubernetes.default.svc.cluster.local',
    'https://kubernetes.default.svc',
    'https://kubernetes',
    'https://localhost:6443',
    'https://127.0.0.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
  ])(
    'not at %s, which is our own cluster or machine, and the answer says to use apiServer',
    async (issuer) => {
      expect(await discover('https://oidc.company.com', issuer)).toEqual(['/issuers/1']);
      const body = {
        ...CLUSTER,
        issuers: [issuer],
        validation: { mode: 'offline', jwks: { source: 'discovery' } },
      };
      expect(await detailsOf(clusterBody, body)).toEqual([expect.stringMatching(/use source apiServer$/)]);
    },
  );

  test.each([
    'http://oidc.company.com',
    'oidc.company.com',
    'https://user:pass@oidc.company.com',
    'https://oidc.company.com/?a=b',
    'https://169.254.169.254',
    'https://[::ffff:169.254.169.254]',
    'https://metadata.google.internal/computeMetadata',
  ])('L25: not at %s', async (issuer) => {
    expect(await discover(issuer)).toEqual(['/issuers/0']);
  });

  test('with the key source apiServer any issuer will do, for nothing is fetched from it', async () => {
    expect(
      await problemsOf(clusterBody, { ...CLUSTER, issuers: ['https://kubernetes.default.svc'] }),
    ).toEqual([]);
  });
});

const METADATA = [
  'https://169.254.169.254',
  'https://2852039166',
  'https://0xa9fea9fe',
  'https://0251.0376.0251.0376',
  'https://[::ffff:169.254.169.254]',
  'https://[::ffff:a9fe:a9fe]',
  'https://[64:ff9b::169.254.169.254]',
  'https://[fe80::1]',
  'https://[fd00:ec2::254]',
  'https://metadata.google.internal',
  'https://100.100.100.200',
  'https://0.0.0.0',
];

test.each(METADATA)('L25: no URL that an administrator sets leads to %s', async (origin) => {
  expect(await jwks({ source: 'uri', uri: `${origin}/keys`, allowedOrigins: [origin] })).toEqual([
    '/validation/jwks/allowedOrigins/0',
    '/validation/jwks/uri',
  ]);
  expect(
    await problemsOf(clusterBody, { ...CLUSTER, apiServer: { ...CLUSTER.apiServer, url: origin } }),
  ).toEqual(['/apiServer/url']);
});

describe('A59: a JWK Set is fetched', () => {
  const uri = (value: string, more: object = {}) =>
    jwks({ source: 'uri', uri: value, ...more }, { issuers: ['https://issuer.company.com/a', 'opaque'] });

  test('from the origin of an issuer, or from one that is named', async () => {
    expect(await uri('https://issuer.company.com/keys?v=1')).toEqual([]);
    expect(await uri('https://keys.company.com/')).toEqual(['/validation/jwks/uri']);
    expect(await uri('https://issuer.company.com:8443/keys')).toEqual(['/validation/jwks/uri']);
    expect(await uri('https://issuer.company.com.evil.com/keys')).toEqual(['/validation/jwks/uri']);
    expect(await uri('https://keys.company.com/', { allowedOrigins: ['https://keys.company.com'] })).toEqual(
      [],
    );
  });

  test.each([
    'http://issuer.company.com/keys',
    'ftp://issuer.company.com/keys',
    'file:///etc/passwd',
    'https://user:pass@issuer.company.com/keys',
    'https://issuer.company.com/keys#fragment',
    'https://issuer.company.com/keys#',
    'https://ISSUER.company.com/keys',
    'https://issuer.company.com:443/keys',
    'https://issuer.company.com/a/../keys',
    'https://issuer.company.com',
    'issuer.company.com/keys',
    '',
  ])('never from %s', async (value) => {
    expect(await uri(value)).toContain('/validation/jwks/uri');
  });

  test('allowed origins are https origins', async () => {
    const allowedOrigins = ['http://a', 'https://a/', 'https://a/b', 'https://A', '*', 'https://*.a'];
    const found = await uri('https://issuer.company.com/keys', { allowedOrigins });
    expect(found).toEqual(allowedOrigins.map((_, index) => `/validation/jwks/allowedOrigins/${index}`));
  });
});
