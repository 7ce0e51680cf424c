import { describe, expect, test } from 'vitest';
import { getRepresentation, type Representation } from './get-representation.ts';
import type { HttpsAnswer, HttpsGetRequest } from './https-get.ts';

const URL_A = 'https://cluster.test/jwks';
const held: Representation<string> = { url: URL_A, value: 'old', etag: '"1"', maxAgeSeconds: 60 };

/** Gets `URL_A`, and reads a 200 as `new`. */
async function get(answer: Partial<HttpsAnswer>, before: Representation<string> | null = null, url = URL_A) {
  const requests: HttpsGetRequest[] = [];
  const httpsGet = async (request: HttpsGetRequest): Promise<HttpsAnswer> => {
    requests.push(request);
    return {
      kind: 'answered',
      status: 200,
      contentType: '',
      cacheControl: '',
      etag: '',
      body: new Uint8Array(),
      ...answer,
    } as HttpsAnswer;
  };
  const request = { url, accept: '*/*', ca: null, bearer: null, signal: AbortSignal.abort() };
  const result = await getRepresentation(httpsGet, request, {
    held: before,
    read: ({ status }) =>
      status === 200 ? { kind: 'read', value: 'new' } : { kind: 'failed', why: `HTTP ${status}` },
  });
  return { result, sentEtag: requests[0]?.etag };
}

describe('getRepresentation', () => {
  test('asks for what is not held unconditionally, and keeps its tag and max-age', async () => {
    expect(await get({ etag: '"1"', cacheControl: 'public, max-age=60' })).toEqual({
      sentEtag: null,
      result: { kind: 'read', value: { url: URL_A, value: 'new', etag: '"1"', maxAgeSeconds: 60 } },
    });
  });

  test('asks whether what is held was modified, and keeps it where it was not', async () => {
    expect(await get({ status: 304 }, held)).toEqual({
      sentEtag: '"1"',
      result: { kind: 'read', value: held },
    });
    expect(await get({ status: 304, cacheControl: 'max-age=120' }, held)).toMatchObject({
      result: { value: { value: 'old', maxAgeSeconds: 120 } },
    });
  });

  test('takes what is new in place of what is held, with none of its tag or max-age', async () => {
    expect((await get({}, held)).result).toEqual({
      kind: 'read',
      value: { url: URL_A, value: 'new', etag: null, maxAgeSeconds: null },
    });
  });

  test('A20: believes no 304 that was not asked for', async () => {
    const failed = { kind: 'failed', why: 'HTTP 304' };
    expect((await get({ status: 304, etag: '"1"' })).result).toEqual(failed);
    expect(await get({ status: 304 }, { ...held, etag: null })).toEqual({ sentEtag: null, result: failed });
  });

  test('A22: says of another URL neither the tag nor, on a 304, that its keys are those of this one', async () => {
    const moved = await get({ status: 304 }, held, 'https://cluster.test/moved');
    expect(moved).toEqual({ sentEtag: null, result: { kind: 'failed', why: 'HTTP 304' } });
  });

  test('passes on that there was no answer, and what the reader refuses', async () => {
    const failed = { kind: 'failed', why: 'no connection' } as const;
    expect((await get(failed, held)).result).toMatchObject(failed);
    expect((await get({ status: 500 }, held)).result).toEqual({ kind: 'failed', why: 'HTTP 500' });
  });

  test.each(['"a"', 'W/"a"', '"-"', `"${'a'.repeat(256)}"`])('keeps the tag %j', async (etag) => {
    expect((await get({ etag })).result).toMatchObject({ value: { etag } });
  });

  test.each([
    '',
    '""',
    'a',
    '"a',
    'a"',
    '"a"b"',
    '"a b"',
    '"a\tb"',
    '"a\r\nX-Injected: 1"',
    '"a"\r\nAuthorization: Bearer x',
    '"a"\n',
    '"\u0000"',
    '"\u007f"',
    '"é"',
    'w/"a"',
    'W/W/"a"',
    '"a", "b"',
    '*',
    `"${'a'.repeat(257)}"`,
  ])('A20: keeps no tag that could be sent back as more than a tag: %j', async (etag) => {
    expect((await get({ etag })).result).toMatchObject({ kind: 'read', value: { etag: null } });
  });

  test.each(['no-cache', 'max-age=-1', 'max-age=x', 's-maxage=60', 'max-age=99999999999', 'max-age="60"'])(
    'reads no age from %s',
    async (cacheControl) => {
      expect((await get({ cacheControl })).result).toMatchObject({ value: { maxAgeSeconds: null } });
    },
  );

  test.each(['max-age=60', 'public, max-age=60', 'MAX-AGE=60,public', 'no-transform , max-age=60 , public'])(
    'reads the age from %s',
    async (cacheControl) => {
      expect((await get({ cacheControl })).result).toMatchObject({ value: { maxAgeSeconds: 60 } });
    },
  );
});
