import type { CredentialType } from '@symbolon/core';

/** Token type identifiers (RFC 8693 §3). A ServiceAccount token is a `jwt`. */
export const TOKEN_TYPE = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  saml1: 'urn:ietf:params:oauth:token-type:saml1',
  saml2: 'urn:ietf:params:oauth:token-type:saml2',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const;

/** What is issued, by the last part of its identifier. */
export const ISSUED_TOKEN_TYPE = {
  access_token: TOKEN_TYPE.accessToken,
  id_token: TOKEN_TYPE.idToken,
  jwt: TOKEN_TYPE.jwt,
} as const satisfies { readonly [T in CredentialType]: string };

/** `token_type` of an answer (RFC 8693 §2.2.1): how the token is used, or that it is not an access token. */
export type UsageType = 'Bearer' | 'N_A';
