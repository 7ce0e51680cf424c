import {
  createSigningKey,
  type KubernetesTokenOptions,
  kubernetesClaims,
  kubernetesToken,
  legacyKubernetesClaims,
  signRaw,
} from '@symbolon/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSubjectToken } from './parse-subject-token.ts';

const key = createSigningKey('ES256');
const described = {
  namespace: 'demo',
  serviceAccount: { name: 'api', uid: 'b6d0cf1e-7a57-4f5c-8f6c-0d3ff5f4f1a1' },
  audiences: ['https://broker.test'],
};
const token = (options: Partial<KubernetesTokenOptions> = {}) =>
  kubernetesToken({ signingKey: key, ...described, ...options });
const header = { alg: key.alg, kid: key.kid };
const claims = kubernetesClaims(described);

/** The reason of the refusal, or the word that it was parsed. */
const outcome = (compact: string) => {
  const parsed = parseSubjectToken(compact);
  return parsed.kind === 'refused' ? parsed.reason : parsed.kind;
};

const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');

describe('parseSubjectToken', () => {
  test('reads a token as TokenRequest gives it', () => {
    const compact = token();
    const parsed = parseSubjectToken(compact);
    expect(parsed).toMatchObject({
      kind: 'parsed',
      token: { compact, header, issuer: 'https://kubernetes.default.svc.cluster.local' },
    });
    expect(parsed.kind === 'parsed' && parsed.token.claims).toMatchObject({
      sub: 'system:serviceaccount:demo:api',
    });
  });

  test('S45: takes an absent typ, which ServiceAccount tokens lack, and JWT; refuses every other kind of token', () => {
    expect(outcome(token())).toBe('parsed');
    expect(outcome(token({ header: { typ: 'JWT' } }))).toBe('parsed');
    for (const typ of ['at+jwt', 'application/at+jwt', 'jwt', 'dpop+jwt', 'JOSE', '', null, 1, ['JWT']]) {
      expect(outcome(token({ header: { typ } }))).toBe('token_header_invalid');
    }
  });

  test('reads a token without kid as one that names no key', () => {
    expect(parseSubjectToken(token({ header: { kid: undefined } }))).toMatchObject({
      token: { header: { kid: null } },
    });
  });

  test.each([
    'none',
    'None',
    'NONE',
    'HS256',
    'HS384',
    'HS512',
    'ES256K',
    'RS1',
    'dir',
    '',
    'rs256',
    'toString',
  ])('A17: refuses the algorithm %j, which is none of the asymmetric ones', (alg) => {
    expect(outcome(token({ header: { alg } }))).toBe('token_algorithm_not_allowed');
  });

  test('A17: refuses a token that says it is unsigned, and one whose signature is cut off', () => {
    expect(outcome(signRaw({ alg: 'none' }, claims, 'unsigned'))).toBe('token_malformed');
    expect(outcome(`${signRaw({ alg: 'none' }, claims, 'unsigned')}AA`)).toBe('token_algorithm_not_allowed');
    expect(outcome(signRaw(header, claims, 'unsigned'))).toBe('token_malformed');
  });

  test('A17, L11: refuses a token that is signed with a public key as an HMAC secret', () => {
    const signer = { hmacSecret: key.publicKeyPem };
    expect(outcome(token({ header: { alg: 'HS256' }, signer }))).toBe('token_algorithm_not_allowed');
  });

  test.each([undefined, null, 1, ['RS256'], { RS256: true }])(
    'refuses the algorithm %j, which is no string',
    (alg) => {
      expect(outcome(token({ header: { alg } }))).toBe('token_header_invalid');
    },
  );

  test.each([
    ['jwk', key.publicJwk],
    ['jku', 'https://attacker.test/jwks'],
    ['x5u', 'https://attacker.test/chain'],
    ['x5c', ['MIIB']],
    ['x5t', 'AAAA'],
    ['x5t#S256', 'AAAA'],
    ['b64', false],
    ['b64', true],
    ['zip', 'DEF'],
    ['cty', 'JWT'],
    ['__proto__', 'x'],
  ])(
    'A18, S44: refuses a header with %s: nothing in a token chooses its key or changes what was signed',
    (name, value) => {
      const text = `{"alg":"ES256","kid":"a",${JSON.stringify(name)}:${JSON.stringify(value)}}`;
      expect(outcome(signRaw(text, claims, key))).toBe('token_header_invalid');
    },
  );

  test.each([[['exp']], [['b64']], [[]], ['exp']])(
    'S41, A18: refuses the critical extensions %j: we understand none',
    (crit) => {
      expect(outcome(token({ header: { crit } }))).toBe('token_header_invalid');
    },
  );

  test.each(['', 'a b', "a'--", 'a\n', 'ключ', '<k>', 'a'.repeat(1025), 1, null, ['a'], {}])(
    'S44: refuses the key identifier %j, which is not safe to look up',
    (kid) => {
      expect(outcome(token({ header: { kid } }))).toBe('token_header_invalid');
    },
  );

  test.each([
    'a'.repeat(1024),
    'arn:aws:kms:eu-west-1:1:key/9f',
    'NIuvkBkr3RLR3I0Mpv6dY3mOg_h8WA-0YDRFAZtdpzk',
  ])('takes the key identifier %j', (kid) => {
    expect(outcome(token({ header: { kid } }))).toBe('parsed');
  });

  test('A18: refuses equal members of the header, however they are spelled, and of the claims', () => {
    const twice = ['{"alg":"ES256","kid":"a","kid":"b"}', String.raw`{"alg":"ES256","\u0061lg":"none"}`];
    for (const text of twice) expect(outcome(signRaw(text, claims, key))).toBe('token_header_invalid');
    const doubled = `{"aud":"other",${JSON.stringify(claims).slice(1)}`;
    expect(outcome(signRaw(header, doubled, key))).toBe('token_malformed');
  });

  test('A18: tells an encrypted token apart, and refuses the JSON serialisations', () => {
    expect(outcome('eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn')).toBe('token_encrypted');
    expect(outcome('a.b.c.d.e')).toBe('token_encrypted');
    const [encodedHeader, payload, signature] = token().split('.');
    const flattened = JSON.stringify({ protected: encodedHeader, payload, signature });
    expect(outcome(flattened)).toBe('token_malformed');
    expect(outcome(JSON.stringify({ payload, signatures: [{ protected: encodedHeader, signature }] }))).toBe(
      'token_malformed',
    );
    expect(outcome('{"iss":"https://a.b.c.d"}')).toBe('token_malformed');
  });

  test.each(['', '.', '..', '...', 'a', 'a.b', 'a.b.c.d', 'a.b.c.d.e.f', 'a.b.c.d.e!'])(
    'refuses %j, which is not three parts',
    (compact) => {
      expect(outcome(compact)).toBe('token_malformed');
    },
  );

  test('L20: refuses a good token with parts added', () => {
    for (const more of ['.', '.AAAA', '.AAAA.AAAA.AAAA'])
      expect(outcome(`${token()}${more}`)).toBe('token_malformed');
    expect(outcome(`${token()}.AAAA.AAAA`)).toBe('token_encrypted');
  });

  test('refuses every spelling of a part that is not canonical base64url', () => {
    const [encodedHeader = '', payload = '', signature = ''] = token().split('.');
    expect(outcome([encodedHeader, payload, signature].join('.'))).toBe('parsed');
    const spoiled = (part: string) => [
      `${part}=`,
      `${part}==`,
      `${part} `,
      `${part}\n`,
      ` ${part}`,
      `${part}+`,
      `${part}/`,
      `${part}%`,
    ];
    for (const other of spoiled(encodedHeader))
      expect(outcome([other, payload, signature].join('.'))).toBe('token_malformed');
    for (const other of spoiled(payload))
      expect(outcome([encodedHeader, other, signature].join('.'))).toBe('token_malformed');
    for (const other of spoiled(signature))
      expect(outcome([encodedHeader, payload, other].join('.'))).toBe('token_malformed');
  });

  test('L20: refuses a signature with bits set behind its last byte, so that no token has two spellings', () => {
    const compact = token();
    expect(compact.split('.')[2]).toHaveLength(86);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(compact.at(-1) ?? '');
    for (let bits = 1; bits < 16; bits += 1) {
      expect(outcome(compact.slice(0, -1) + alphabet[last ^ bits])).toBe('token_malformed');
    }
  });

  test('refuses invalid UTF-8, a byte order mark, and what is not one JSON object', () => {
    const bytes = Uint8Array.from([...Buffer.from('{"iss":"'), 0xc3, 0x28, ...Buffer.from('"}')]);
    const overlong = Uint8Array.from([...Buffer.from('{"iss":"'), 0xc0, 0xaf, ...Buffer.from('"}')]);
    for (const payload of [bytes, overlong, '\ufeff{"iss":"a"}', '[]', 'null', '"x"', '1', '{', '{}{}', '']) {
      expect(outcome(`${base64url(JSON.stringify(header))}.${base64url(payload)}.AAAA`)).toBe(
        'token_malformed',
      );
      expect(outcome(`${base64url(payload)}.${base64url(JSON.stringify(claims))}.AAAA`)).toBe(
        'token_malformed',
      );
    }
  });

  test('refuses a token longer than any that Kubernetes gives, before it reads it', () => {
    const padding = (length: number) => token({ overrides: { padding: 'x'.repeat(length) } });
    expect(outcome(padding(11_000))).toBe('parsed');
    expect(outcome(padding(12_300))).toBe('token_malformed');
    expect(outcome('x'.repeat(1_000_000))).toBe('token_malformed');
  });

  test('refuses claims that nest deeper than any that Kubernetes writes', () => {
    const nested = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`);
    expect(outcome(token({ overrides: { nested } }))).toBe('token_malformed');
  });

  test('A12: refuses a legacy token by its issuer, and by its flat claims under any issuer', () => {
    const legacy = legacyKubernetesClaims({ ...described, secretName: 'api-token' });
    expect(outcome(signRaw(header, legacy, key))).toBe('token_legacy');
    const disguised = { ...legacy, iss: 'https://kubernetes.default.svc.cluster.local' };
    expect(outcome(signRaw(header, disguised, key))).toBe('token_legacy');
    expect(outcome(token({ overrides: { iss: 'kubernetes/serviceaccount' } }))).toBe('token_legacy');
  });

  test('L10: refuses a token without issuer', () => {
    expect(outcome(token({ overrides: { iss: undefined } }))).toBe('token_claim_missing');
  });

  test.each([[['https://kubernetes.default.svc.cluster.local']], [{}], [1], [null], [true]])(
    'A14, L31: refuses the issuer %j, which is no string',
    (iss) => {
      expect(outcome(token({ overrides: { iss } }))).toBe('token_claim_invalid');
    },
  );

  test('never throws, whatever the caller sends', () => {
    const part = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map(base64url),
      fc.json().map(base64url),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        expect(parseSubjectToken(parts.join('.')).kind).toBe('refused');
      }),
    );
  }, 60_000);
});
