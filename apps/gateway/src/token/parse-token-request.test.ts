import { TOKEN_TYPE } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import { formBody, goodForm } from '../test-support.ts';
import { parseTokenRequest } from './parse-token-request.ts';

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

function parse(parameters: Parameters, headerNames: readonly string[] = []) {
  const body = new TextEncoder().encode(formBody({ ...goodForm, ...parameters }));
  return parseTokenRequest(body, new Set(headerNames));
}

function reasonOf(parameters: Parameters, headerNames: readonly string[] = []) {
  const parsed = parse(parameters, headerNames);
  return parsed.kind === 'refused' ? [parsed.reason, parsed.parameter] : parsed.kind;
}

describe('a token exchange', () => {
  test('S3: ignores parameters that it does not know, repeated or not', () => {
    expect(parse({ foo: ['bar', 'baz'], cluster: 'other' })).toEqual(parse({}));
  });

  test('S9: is read from its parameters', () => {
    expect(parse({})).toEqual({
      kind: 'parsed',
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subjectToken: 'aaa.bbb.ccc',
      audiences: ['myvaultinstance.company.com'],
      scopes: [],
      tokenType: null,
    });
  });

  test.each([
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'URN:IETF:PARAMS:OAUTH:GRANT-TYPE:TOKEN-EXCHANGE',
    'urn:ietf:params:oauth:grant-type:token-exchange ',
    'token-exchange',
    'client_credentials',
    'authorization_code',
    'refresh_token',
    'password',
  ])('S9: refuses the grant type %j', (grant_type) => {
    expect(reasonOf({ grant_type })).toEqual(['grant_type_unsupported', 'grant_type']);
  });

  test.each(['grant_type', 'subject_token', 'subject_token_type'])(
    'S10: refuses a request in which %s is missing or, which is the same (S2), empty',
    (name) => {
      expect(reasonOf({ [name]: undefined })).toEqual(['parameter_missing', name]);
      expect(reasonOf({ [name]: '' })).toEqual(['parameter_missing', name]);
    },
  );

  test.each([
    'grant_type',
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
    'requested_token_type',
    'scope',
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
  ])('S2: refuses a repeated %s, equal, different or with one empty', (name) => {
    for (const values of [
      ['x', 'x'],
      ['x', 'y'],
      ['', 'x'],
    ]) {
      expect(reasonOf({ [name]: values })).toEqual(['parameter_repeated', name]);
    }
  });

  test('S2: reads optional parameters without a value as left out', () => {
    const empty = {
      requested_token_type: '',
      scope: '',
      actor_token: '',
      actor_token_type: '',
      resource: '',
    };
    expect(reasonOf({ ...empty, client_id: '', audience: ['', 'vault'] })).toBe('parsed');
  });

  test.each(['access_token', 'refresh_token', 'id_token', 'saml1', 'saml2'])(
    'S14: refuses a ServiceAccount token that is stated to be of the type %s',
    (type) => {
      const subject_token_type = `urn:ietf:params:oauth:token-type:${type}`;
      expect(reasonOf({ subject_token_type })).toEqual([
        'subject_token_type_unsupported',
        'subject_token_type',
      ]);
    },
  );

  test.each(['jwt', 'urn:ietf:params:oauth:token-type:JWT', 'urn:example:other'])(
    'S24: refuses the unknown subject token type %s',
    (subject_token_type) => {
      expect(reasonOf({ subject_token_type })).toEqual([
        'subject_token_type_unsupported',
        'subject_token_type',
      ]);
    },
  );

  test.each([
    [undefined, null],
    [TOKEN_TYPE.accessToken, 'access_token'],
    [TOKEN_TYPE.idToken, 'id_token'],
    [TOKEN_TYPE.jwt, 'jwt'],
  ])('S24: takes the requested token type %s', (requested_token_type, tokenType) => {
    expect(parse({ requested_token_type })).toMatchObject({ tokenType });
  });

  test.each([TOKEN_TYPE.refreshToken, TOKEN_TYPE.saml1, TOKEN_TYPE.saml2, 'access_token'])(
    'A36: refuses the requested token type %s',
    (requested_token_type) => {
      expect(reasonOf({ requested_token_type })).toEqual([
        'requested_token_type_unsupported',
        'requested_token_type',
      ]);
    },
  );

  test('S11: refuses an actor token without its type, a type without its token, and any actor (S28)', () => {
    const actor = { actor_token: 'a.b.c', actor_token_type: TOKEN_TYPE.jwt };
    expect(reasonOf({ ...actor, actor_token_type: undefined })).toEqual([
      'actor_token_type_missing',
      undefined,
    ]);
    expect(reasonOf({ ...actor, actor_token: '' })).toEqual(['actor_token_missing', undefined]);
    expect(reasonOf(actor)).toEqual(['actor_token_unsupported', undefined]);
  });

  test('S13: takes audience and resource repeatedly and together, each value once, in their order', () => {
    const asked = { audience: ['b', 'a', 'b'], resource: ['urn:x:1', 'urn:x:2'] };
    expect(parse(asked)).toMatchObject({ audiences: ['b', 'a', 'urn:x:1', 'urn:x:2'] });
  });

  test('A35: refuses a request for no target, and never leaves a malformed one out', () => {
    expect(reasonOf({ audience: undefined })).toEqual(['target_missing', undefined]);
    expect(reasonOf({ audience: ['', ''] })).toEqual(['target_missing', undefined]);
    expect(reasonOf({ audience: ['vault', 'a\0b'] })).toEqual(['parameter_malformed', 'audience']);
    expect(reasonOf({ resource: ['urn:x:1', '/relative'] })).toEqual(['parameter_malformed', 'resource']);
  });

  test.each([
    ['more than 255 characters', 'a'.repeat(256)],
    ['a control character', 'vault\u007f'],
    ['a space', 'my vault'],
    ['an asterisk', 'https://*.company.com'],
    ['a letter beyond ASCII', 'v\u00e4ult'],
  ])('A35: refuses an audience that no target can have, for it has %s', (_, audience) => {
    expect(parse({ audience: 'a'.repeat(255) })).toMatchObject({ kind: 'parsed' });
    expect(reasonOf({ audience: ['vault', audience] })).toEqual(['parameter_malformed', 'audience']);
  });

  test('A35: refuses the 17th target, audiences and resources counted together', () => {
    const audience = Array.from({ length: 15 }, (_, index) => `a${index}`);
    expect(parse({ audience, resource: 'urn:x:1' })).toMatchObject({ audiences: { length: 16 } });
    expect(reasonOf({ audience, resource: ['urn:x:1', 'urn:x:2'] })).toEqual([
      'parameter_malformed',
      'resource',
    ]);
  });

  test('A36: refuses a malformed scope', () => {
    expect(reasonOf({ scope: 'a  b' })).toEqual(['parameter_malformed', 'scope']);
  });
});

describe('client authentication', () => {
  test.each(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'])(
    'S4: refuses a request with %s, whatever its grant, and never falls back to one without',
    (name) => {
      expect(reasonOf({ [name]: 'x' })).toEqual(['client_authentication_failed', name]);
      expect(reasonOf({ [name]: 'x', grant_type: 'client_credentials' })).toEqual([
        'client_authentication_failed',
        name,
      ]);
    },
  );

  test('A37: refuses an Authorization header, alone and beside client parameters', () => {
    expect(reasonOf({}, ['authorization'])).toEqual(['client_authentication_failed', undefined]);
    expect(reasonOf({ client_id: 'x' }, ['authorization'])).toEqual([
      'client_authentication_failed',
      'client_id',
    ]);
  });
});

test('A38: refuses a request with a DPoP header, rather than issue a credential bound to nothing', () => {
  expect(reasonOf({}, ['dpop'])).toEqual(['dpop_unsupported', undefined]);
});

test('the first fault in the documented order gives the reason, however many there are', () => {
  const faults: readonly [Parameters, string][] = [
    [{ subject_token: ['x', 'y'] }, 'parameter_repeated'],
    [{ client_id: 'x' }, 'client_authentication_failed'],
    [{ grant_type: 'password' }, 'grant_type_unsupported'],
    [{}, 'dpop_unsupported'],
    [{ subject_token: '' }, 'parameter_missing'],
    [{ subject_token_type: 'x' }, 'subject_token_type_unsupported'],
    [{ actor_token: 'x' }, 'actor_token_type_missing'],
    [{ requested_token_type: 'x' }, 'requested_token_type_unsupported'],
    [{ scope: ' ' }, 'parameter_malformed'],
    [{ audience: '' }, 'target_missing'],
  ];
  for (const [index, [, reason]] of faults.entries()) {
    const later = faults.slice(index).map(([parameters]) => parameters);
    const parameters = Object.assign({}, ...later.toReversed()) as Parameters;
    const headers = index <= 3 ? ['dpop'] : [];
    expect(parse(parameters, headers)).toMatchObject({ kind: 'refused', reason });
  }
});
