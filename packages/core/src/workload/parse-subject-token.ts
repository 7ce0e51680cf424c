import { isJsonObject } from '../json/is-json-object.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonValue, SubjectTokenAlgorithm } from '../mapping/objects.ts';
import { type Refused, refused } from '../result.ts';
import { decodeBase64urlText, isBase64url } from './decode-base64url.ts';
import { isLegacyToken } from './is-legacy-token.ts';
import type { UnverifiedToken } from './subject-token.ts';

export type ParseReason =
  | 'token_malformed'
  | 'token_encrypted'
  | 'token_header_invalid'
  | 'token_algorithm_not_allowed'
  | 'token_claim_missing'
  | 'token_claim_invalid'
  | 'token_legacy';

type Header = UnverifiedToken['header'];
type Claims = UnverifiedToken['claims'];

/** TokenRequest gives one to two thousand characters; ten times that leaves room, and bounds what junk can cost. */
const MAX_COMPACT_LENGTH = 16_384;

const COMPACT_JWE = /^[\w-]*(?:\.[\w-]*){4}$/;

/**
 * The only members that Kubernetes writes (`typ` where an external signer signs). RFC 7515 §4 would have unknown
 * members ignored; but whatever else stands here names a key (`jwk`, `jku`, `x5u`, `x5c`, `x5t`), changes what was
 * signed (`b64`, `zip`) or demands to be understood (`crit`), and none of it is to be acted on.
 */
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);

const KEY_ID = /^[A-Za-z0-9._~:/+=@-]{1,1024}$/;

/** Asymmetric algorithms only (RFC 8725 §3.1); which of them count is the cluster's to say. */
const ALGORITHMS: { readonly [algorithm in SubjectTokenAlgorithm]: true } = {
  RS256: true,
  RS384: true,
  RS512: true,
  PS256: true,
  PS384: true,
  PS512: true,
  ES256: true,
  ES384: true,
  ES512: true,
  EdDSA: true,
};

/**
 * Reads a subject token: a JWS in compact serialisation (RFC 7515 §7.1) whose payload is a JWT Claims Set
 * (RFC 7519 §4). Nothing is verified here and nothing in the token is followed; what comes out is the caller's word.
 */
export function parseSubjectToken(
  compact: string,
): { readonly kind: 'parsed'; readonly token: UnverifiedToken } | Refused<ParseReason> {
  if (compact.length > MAX_COMPACT_LENGTH) return refused('token_malformed', 'longer than 16,384 characters');
  const [encodedHeader = '', encodedClaims = '', signature = '', ...more] = compact.split('.');
  if (more.length > 0 && COMPACT_JWE.test(compact)) return refused('token_encrypted');
  if (more.length > 0 || signature === '') return refused('token_malformed', 'not three parts');
  if (!isBase64url(signature)) return refused('token_malformed', 'the signature is not base64url');

  const read = readHeader(encodedHeader);
  if (read.kind === 'refused') return read;
  const { header } = read;
  const parsed = readObject(encodedClaims);
  if (parsed.kind !== 'object') return refused('token_malformed', 'the payload is not one JSON object');
  const claims = parsed.members;

  if (isLegacyToken(claims)) return refused('token_legacy');
  const issuer = claims.iss;
  if (issuer === undefined) return refused('token_claim_missing', 'iss');
  if (typeof issuer !== 'string') return refused('token_claim_invalid', 'iss');
  return { kind: 'parsed', token: { compact, header, claims, issuer } as UnverifiedToken };
}

function readHeader(
  encoded: string,
): { readonly kind: 'header'; readonly header: Header } | Refused<ParseReason> {
  const parsed = readObject(encoded);
  if (parsed.kind === 'duplicate_member') return refused('token_header_invalid', 'a member comes twice');
  if (parsed.kind === 'malformed') return refused('token_malformed', 'the header is not one JSON object');

  const { alg, kid, typ } = parsed.members;
  if (!Object.keys(parsed.members).every((name) => HEADER_MEMBERS.has(name))) {
    return refused('token_header_invalid', 'a member that is not alg, kid or typ');
  }
  if (typeof alg !== 'string') return refused('token_header_invalid', 'alg is not a string');
  if (!isAlgorithm(alg)) return refused('token_algorithm_not_allowed');
  if (typ !== undefined && typ !== 'JWT') return refused('token_header_invalid', 'typ is not JWT');
  if (kid !== undefined && !isKeyId(kid))
    return refused('token_header_invalid', 'kid is not a key identifier');
  return { kind: 'header', header: { alg, kid: kid ?? null } };
}

function readObject(
  encoded: string,
):
  | { readonly kind: 'object'; readonly members: Claims }
  | { readonly kind: 'duplicate_member' }
  | { readonly kind: 'malformed' } {
  const text = decodeBase64urlText(encoded);
  const json = text === null ? null : parseJson(text);
  if (json?.kind === 'duplicate_member') return json;
  if (json?.kind !== 'parsed' || !isJsonObject(json.value)) return { kind: 'malformed' };
  return { kind: 'object', members: json.value };
}

function isAlgorithm(alg: string): alg is SubjectTokenAlgorithm {
  return Object.hasOwn(ALGORITHMS, alg);
}

function isKeyId(kid: JsonValue): kid is string {
  return typeof kid === 'string' && KEY_ID.test(kid);
}
