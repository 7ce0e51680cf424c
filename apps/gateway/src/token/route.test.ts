import { UnavailableError } from '@symbolon/core';
import { TOKEN_TYPE } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import {
  createTestGateway,
  formBody,
  goodForm,
  ISSUER,
  issued,
  postToken,
  workload,
} from '../test-support.ts';

const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('a successful exchange', () => {
  const body = async () => json(await postToken(createTestGateway().app));

  test('S16: has the credential in access_token', async () => {
    expect(await body()).toMatchObject({ access_token: 'header.payload.signature' });
  });

  test('S17: says by its URN what was issued', async () => {
    expect(await body()).toMatchObject({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
  });

  test('S19: says in seconds how long the credential lives', async () => {
    expect(await body()).toMatchObject({ expires_in: 600 });
  });

  test('S21: has no refresh token, and nothing else that the document does not name', async () => {
    const members = ['access_token', 'expires_in', 'issued_token_type', 'token_type'];
    expect(Object.keys(await body()).toSorted()).toEqual(members);
  });

  test('S8: is JSON that no cache may store (S5)', async () => {
    const response = await postToken(createTestGateway().app);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    expect(response.headers.get('x-request-id')).toBe('request-1');
  });

  test.each([
    ['access_token', TOKEN_TYPE.accessToken, 'Bearer'],
    ['id_token', TOKEN_TYPE.idToken, 'N_A'],
    ['jwt', TOKEN_TYPE.jwt, 'N_A'],
  ] as const)('S18: says of an issued %s what it is and how it is used', async (tokenType, urn, usage) => {
    const { app } = createTestGateway({ outcome: { ...issued, tokenType } });
    expect(await json(await postToken(app))).toMatchObject({ issued_token_type: urn, token_type: usage });
  });

  test('S20: names the granted scopes whenever there are any', async () => {
    const { app } = createTestGateway({ outcome: { ...issued, scopes: ['read', 'list'] } });
    expect(await json(await postToken(app))).toMatchObject({ scope: 'read list' });
  });
});

describe('what the exchange is given', () => {
  test('A11: no parameter, header or host name beside the token has a part in choosing the cluster', async () => {
    const { app, exchanged } = createTestGateway();
    await postToken(app);
    await postToken(app, {
      url: 'https://cluster-b.attacker.example/token',
      body: `${formBody(goodForm)}&cluster=b&issuer=https%3A%2F%2Fb.example&iss=b&kid=b&identity_system=other`,
      headers: {
        host: 'b.example',
        'x-forwarded-host': 'b.example',
        'x-cluster': 'b',
        forwarded: 'host=b.example',
        'x-request-id': 'chosen-by-the-caller',
        origin: 'https://b.example',
      },
    });
    const [plain, adorned] = exchanged;
    expect(adorned).toEqual({ ...plain, requestId: 'request-2' });
    expect(Object.keys(plain ?? {}).toSorted()).toEqual([
      'audiences',
      'clientId',
      'grantType',
      'requestId',
      'scopes',
      'subjectToken',
      'tokenType',
      'traceId',
    ]);
  });

  test('A37: the subject token as it came, with the same space from + and %20 around nothing else', async () => {
    const { app, exchanged } = createTestGateway();
    const { scope: _, ...rest } = { ...goodForm, scope: '' };
    await postToken(app, { body: `${formBody(rest)}&scope=a+b%20c` });
    expect(exchanged).toMatchObject([
      { subjectToken: 'aaa.bbb.ccc', scopes: ['a', 'b', 'c'], clientId: null },
    ]);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['repeated', ['aaa.bbb.ccc', 'aaa.bbb.ccc']],
  ])('L16: nothing at all for a subject token that is %s', async (_, subject_token) => {
    const { app, exchanged, counted } = createTestGateway();
    const response = await postToken(app, { body: formBody({ ...goodForm, subject_token }) });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: 'invalid_request' });
    expect(exchanged).toEqual([]);
    expect(counted).toHaveLength(1);
  });
});

describe('the size of the body', () => {
  const withPadding = (bytes: number) => {
    const form = `${formBody(goodForm)}&padding=`;
    return form + 'x'.repeat(bytes - form.length);
  };
  const streamed = (text: string, pieceLength: number) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < text.length; at += pieceLength) {
          controller.enqueue(new TextEncoder().encode(text.slice(at, at + pieceLength)));
        }
        controller.close();
      },
    });
  const post = (
    app: ReturnType<typeof createTestGateway>['app'],
    body: ReadableStream<Uint8Array>,
    headers = {},
  ) =>
    app.request(`${ISSUER}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
      duplex: 'half',
    });

  test('A37: 65,536 bytes are read, one more is 413, in one piece or in many, with a length or without', async () => {
    const { app, counted } = createTestGateway();
    for (const pieceLength of [100_000, 1_000]) {
      expect((await post(app, streamed(withPadding(65_536), pieceLength))).status).toBe(200);
      const response = await post(app, streamed(withPadding(65_537), pieceLength));
      expect(response.status).toBe(413);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await json(response)).toMatchObject({ error: 'invalid_request', reason: 'body_too_large' });
    }
    expect(counted).toEqual(['body_too_large', 'body_too_large']);
  });

  test('A37: a length that is declared too large is refused before a byte is read', async () => {
    const { app } = createTestGateway();
    const endless = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
    expect((await post(app, endless, { 'content-length': '65537' })).status).toBe(413);
  });

  test('A37: a body that is declared compressed is refused before a byte is read', async () => {
    const { app, counted } = createTestGateway();
    const endless = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
    const response = await post(app, endless, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: 'invalid_request', reason: 'body_malformed' });
    expect(counted).toEqual(['body_malformed']);
  });

  test('A37: a length that is declared too small does not let more in', async () => {
    const { app } = createTestGateway();
    const response = await post(app, streamed(withPadding(70_000), 1_000), { 'content-length': '10' });
    expect(response.status).toBe(413);
  });

  test('a body that breaks off is the caller\u2019s trouble, and no fault', async () => {
    const { app, faultLines } = createTestGateway();
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error('reset')),
    });
    const response = await post(app, broken);
    expect(await json(response)).toMatchObject({ reason: 'body_malformed' });
    expect(faultLines).toEqual([]);
  });
});

describe('client authentication', () => {
  test.each([
    ['Basic Y2xpZW50OnNlY3JldA==', 'Basic realm="symbolon"'],
    ['Bearer aaa.bbb.ccc', 'Bearer realm="symbolon"'],
    ['Unheard-Of "quoted"', 'Basic realm="symbolon"'],
    ['', 'Basic realm="symbolon"'],
  ])(
    'S6: answers Authorization: %s with 401 and a challenge of its scheme',
    async (authorization, challenge) => {
      const { app, exchanged } = createTestGateway();
      const response = await postToken(app, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(challenge);
      expect(await json(response)).toMatchObject({
        error: 'invalid_client',
        reason: 'client_authentication_failed',
      });
      expect(exchanged).toEqual([]);
    },
  );
});

describe('the broker\u2019s own trouble', () => {
  const secret = 'postgres://symbolon:hunter2@db/symbolon';

  test('is 503 with Retry-After and the reason, never a word about the token', async () => {
    const { app, counted, faultLines } = createTestGateway({
      exchangeToken: () => {
        const cause = Object.assign(new TypeError(secret), { code: 'ECONNREFUSED' });
        throw new UnavailableError('audit_unavailable', 'audit event not written', {
          cause,
          retryAfterSeconds: 2.2,
        });
      },
    });
    const response = await postToken(app);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await json(response);
    expect(body).toMatchObject({ error: 'temporarily_unavailable', reason: 'audit_unavailable' });
    expect(body.error_description).not.toContain('token');
    expect(counted).toEqual(['audit_unavailable']);
    expect(faultLines).toEqual([
      {
        requestId: 'request-1',
        traceId: null,
        reason: 'audit_unavailable',
        message: 'audit event not written',
        errorClass: 'TypeError',
        errorCode: 'ECONNREFUSED',
      },
    ]);
  });

  test.each([
    { what: 'an error', thrown: new RangeError(secret), line: { errorClass: 'RangeError', errorCode: null } },
    {
      what: 'an error with a code',
      thrown: Object.assign(new Error(secret), { code: '23505' }),
      line: { errorClass: 'Error', errorCode: '23505' },
    },
    {
      what: 'an error whose code is text',
      thrown: Object.assign(new Error(secret), { code: secret }),
      line: { errorClass: 'Error', errorCode: null },
    },
    { what: 'a string', thrown: secret, line: { errorClass: 'string', errorCode: null } },
    { what: 'nothing', thrown: undefined, line: { errorClass: 'undefined', errorCode: null } },
  ])(
    'is internal_error where $what is thrown, of which nothing is told or logged',
    async ({ thrown, line }) => {
      const { app, faultLines, requestLines, counted } = createTestGateway({
        exchangeToken: () => Promise.reject(thrown),
      });
      const response = await postToken(app);
      const text = await response.text();
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(JSON.parse(text)).toMatchObject({ error: 'temporarily_unavailable', reason: 'internal_error' });
      expect(faultLines).toEqual([
        { requestId: 'request-1', traceId: null, reason: 'internal_error', message: null, ...line },
      ]);
      expect(counted).toEqual(['internal_error']);
      expect(text + JSON.stringify([faultLines, requestLines])).not.toContain('hunter2');
    },
  );
});

describe('the trace of a request', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

  test('is that of its traceparent: in the exchange and its record, in the request line and in a fault', async () => {
    const { app, exchanged, requestLines } = createTestGateway();
    await postToken(app, { headers: { traceparent } });
    expect([exchanged[0]?.traceId, requestLines[0]?.traceId]).toEqual([traceId, traceId]);
    const failing = createTestGateway({ exchangeToken: () => Promise.reject(new Error('down')) });
    await postToken(failing.app, { headers: { traceparent } });
    expect(failing.faultLines).toMatchObject([{ traceId, reason: 'internal_error' }]);
  });

  test.each([
    ['that is not one', 'canary'],
    ['with another behind it', `${traceparent}, ${traceparent}`],
    ['of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ])('is none for a traceparent %s, and nothing of it is kept', async (_, value) => {
    const { app, exchanged, requestLines } = createTestGateway();
    await postToken(app, { headers: { traceparent: value } });
    expect([exchanged[0]?.traceId, requestLines[0]?.traceId]).toEqual([null, null]);
  });

  test('a request id that the caller sends is neither kept nor given back', async () => {
    const { app, exchanged, requestLines } = createTestGateway();
    const response = await postToken(app, { headers: { 'x-request-id': 'chosen', 'request-id': 'chosen' } });
    expect(response.headers.get('x-request-id')).toBe('request-1');
    expect(JSON.stringify([exchanged, requestLines])).not.toContain('chosen');
  });
});

describe('the log', () => {
  test('has one line for a request, with the workload once it is proven', async () => {
    let elapsedMs = 0;
    const { app, requestLines } = createTestGateway({ elapsedMs: () => (elapsedMs += 0.0317) });
    await postToken(app);
    expect(requestLines).toEqual([
      {
        requestId: 'request-1',
        traceId: null,
        client: '192.0.2.1',
        method: 'POST',
        route: '/token',
        status: 200,
        reason: null,
        durationMs: 0.032,
        cluster: 'prod',
        namespace: 'demo',
        serviceAccount: 'api',
      },
    ]);
  });

  test('has the reason itself where the caller is told a stand-in', async () => {
    const { app, requestLines } = createTestGateway({
      outcome: { kind: 'refused', reason: 'rule_denied', workload },
    });
    expect(await json(await postToken(app))).toMatchObject({ reason: 'target_not_permitted' });
    expect(requestLines).toMatchObject([{ reason: 'rule_denied', status: 400, namespace: 'demo' }]);
  });

  test('names no workload for a token that was not proven, and counts nothing twice', async () => {
    const { app, requestLines, counted } = createTestGateway({
      outcome: { kind: 'unproven', reason: 'token_expired', expectedAudiences: [] },
    });
    await postToken(app);
    expect(requestLines).toMatchObject([
      { reason: 'token_expired', cluster: null, namespace: null, serviceAccount: null },
    ]);
    expect(counted).toEqual([]);
  });
});
