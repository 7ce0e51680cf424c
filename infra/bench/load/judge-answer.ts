import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Answer } from './answer-reader.ts';

/** Says what is wrong with an answer, or null. */
export type JudgeAnswer = (answer: Answer) => string | null;

/** One in so many credentials is verified; the rest are only looked at. */
const VERIFY_ONE_IN = 256;
const BEGINS_WITH = Buffer.from('{"access_token":"ey');

export interface Jwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** Every answer must be 200 with a token in it, and one in 256 is verified under the server's published keys. */
export async function expectCredentials(issuer: string): Promise<JudgeAnswer> {
  return judgeCredentials((await (await fetch(`${issuer}/jwks`)).json()) as Jwks);
}

export function judgeCredentials({ keys }: Jwks): JudgeAnswer {
  const keyOf = new Map<unknown, KeyObject>(
    keys.map(({ kid, ...jwk }) => [kid, createPublicKey({ key: jwk, format: 'jwk' })]),
  );
  let seen = 0;
  return (answer) => {
    if (answer.status !== 200) return describe(answer);
    const isToken = answer.body.subarray(0, BEGINS_WITH.length).equals(BEGINS_WITH);
    if (!isToken) return `no credential: ${describe(answer)}`;
    if (seen++ % VERIFY_ONE_IN !== 0) return null;
    const { access_token: token } = JSON.parse(answer.body.toString()) as { access_token: string };
    return isSigned(token, keyOf) ? null : 'the credential is not signed by a published key';
  };
}

function isSigned(token: string, keyOf: ReadonlyMap<unknown, KeyObject>): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: string };
  const key = keyOf.get(kid);
  if (key === undefined) return false;
  const input = Buffer.from(`${header}.${payload}`);
  return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

/** For requests that must be refused. */
export const expectRefusals: JudgeAnswer = (answer) => (answer.status === 400 ? null : describe(answer));

function describe({ status, body }: Answer): string {
  return `status ${status}: ${body.toString('utf8', 0, 300)}`;
}
