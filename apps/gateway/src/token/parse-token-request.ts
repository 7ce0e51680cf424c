import { type CredentialType, isAudience, type RequestReason } from '@symbolon/core';
import {
  CLIENT_PARAMETERS,
  REPEATABLE_PARAMETERS,
  SINGLE_PARAMETERS,
  TOKEN_EXCHANGE_GRANT,
  TOKEN_TYPE,
  type TokenParameter,
} from '@symbolon/protocol';
import { type Form, parseForm } from './form.ts';
import { isResource, parseScope } from './parameter-values.ts';

/** What a token request asks for, once it is known to be one that the gateway can serve. */
export interface ParsedRequest {
  readonly kind: 'parsed';
  readonly grantType: string;
  readonly subjectToken: string;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenType: CredentialType | null;
}

export interface RequestRefusal {
  readonly kind: 'refused';
  readonly reason: RequestReason;
  readonly parameter?: TokenParameter;
}

const UNREPEATABLE_PARAMETERS = [...CLIENT_PARAMETERS, ...SINGLE_PARAMETERS];

/**
 * Reads the body of a token request. `headers` says which header names came; nothing else of them is read.
 *
 * The order of the checks is fixed, and decides which reason a request with several faults gets: the method, the query,
 * the content type and coding (check-request-head.ts), the size (../doors/body-parts.ts), then here the encoding, repetition,
 * client authentication, grant type, DPoP, subject token, actor, requested type, scope and targets.
 */
export function parseTokenRequest(
  body: Uint8Array,
  headers: { has(name: string): boolean },
): ParsedRequest | RequestRefusal {
  const form = parseForm(body);
  if (form === null) return refusal('body_malformed');
  const repeated = UNREPEATABLE_PARAMETERS.find((name) => givenValues(form, name).length > 1);
  if (repeated !== undefined) return refusal('parameter_repeated', repeated);

  // Grants that are not the gateway's own are told apart here, before any client is looked at: their client
  // authentication belongs to whoever serves them.
  const client = CLIENT_PARAMETERS.find((name) => givenValue(form, name) !== undefined);
  if (client !== undefined) return refusal('client_authentication_failed', client);
  if (headers.has('authorization')) return refusal('client_authentication_failed');
  const grantType = givenValue(form, 'grant_type');
  if (grantType === undefined) return refusal('parameter_missing', 'grant_type');
  if (grantType !== TOKEN_EXCHANGE_GRANT) return refusal('grant_type_unsupported', 'grant_type');
  return parseExchange(form, headers);
}

/** A token exchange without client authentication (RFC 8693 §2.1). */
function parseExchange(form: Form, headers: { has(name: string): boolean }): ParsedRequest | RequestRefusal {
  // Whoever asks for a bound credential must not be given one that anybody can use.
  if (headers.has('dpop')) return refusal('dpop_unsupported');

  const subjectToken = givenValue(form, 'subject_token');
  if (subjectToken === undefined) return refusal('parameter_missing', 'subject_token');
  const subjectTokenType = givenValue(form, 'subject_token_type');
  if (subjectTokenType === undefined) return refusal('parameter_missing', 'subject_token_type');
  if (subjectTokenType !== TOKEN_TYPE.jwt) {
    return refusal('subject_token_type_unsupported', 'subject_token_type');
  }
  const actor = checkActor(form);
  if (actor !== null) return refusal(actor);

  const tokenType = credentialTypeOf(givenValue(form, 'requested_token_type'));
  if (tokenType === undefined) return refusal('requested_token_type_unsupported', 'requested_token_type');
  const scopes = parseScope(givenValue(form, 'scope') ?? '');
  if (scopes === null) return refusal('parameter_malformed', 'scope');
  const targets = parseTargets(form);
  if (targets.kind === 'refused') return targets;
  return {
    kind: 'parsed',
    grantType: TOKEN_EXCHANGE_GRANT,
    subjectToken,
    audiences: targets.audiences,
    scopes,
    tokenType,
  };
}

/** RFC 8693 §2.1: each of the two needs the other. */
function checkActor(form: Form): RequestReason | null {
  const hasToken = givenValue(form, 'actor_token') !== undefined;
  const hasType = givenValue(form, 'actor_token_type') !== undefined;
  if (hasToken && hasType) return 'actor_token_unsupported';
  if (hasToken) return 'actor_token_type_missing';
  return hasType ? 'actor_token_missing' : null;
}

/** Null: the target's own; undefined: a type that is never issued. */
function credentialTypeOf(urn: string | undefined): CredentialType | null | undefined {
  switch (urn) {
    case undefined:
      return null;
    case TOKEN_TYPE.accessToken:
      return 'access_token';
    case TOKEN_TYPE.idToken:
      return 'id_token';
    case TOKEN_TYPE.jwt:
      return 'jwt';
    default:
      return undefined;
  }
}

const MAX_TARGETS = 16;

/** RFC 8693 §2.1 lets both be repeated and combined; none of them is ever left out of the decision. */
function parseTargets(
  form: Form,
): { readonly kind: 'targets'; readonly audiences: readonly string[] } | RequestRefusal {
  const audiences = new Set<string>();
  for (const name of REPEATABLE_PARAMETERS) {
    const isValid = name === 'resource' ? isResource : isAudience;
    for (const value of givenValues(form, name)) {
      if (value === '') continue;
      if (!isValid(value) || audiences.size === MAX_TARGETS) return refusal('parameter_malformed', name);
      audiences.add(value);
    }
  }
  return audiences.size === 0 ? refusal('target_missing') : { kind: 'targets', audiences: [...audiences] };
}

function givenValues(form: Form, name: TokenParameter): readonly string[] {
  return form.get(name) ?? [];
}

/** RFC 6749 §3.2: a parameter without value is as one that was left out. */
function givenValue(form: Form, name: TokenParameter): string | undefined {
  return form.get(name)?.[0] || undefined;
}

function refusal(reason: RequestReason, parameter?: TokenParameter): RequestRefusal {
  return parameter === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, parameter };
}
