import type { Refused } from '../result.ts';
import type { UnverifiedToken } from './subject-token.ts';

export type ParseReason =
  | 'token_malformed'
  | 'token_encrypted'
  | 'token_header_invalid'
  | 'token_algorithm_not_allowed'
  | 'token_legacy';

export declare function parseSubjectToken(
  compact: string,
): { readonly kind: 'parsed'; readonly token: UnverifiedToken } | Refused<ParseReason>;
