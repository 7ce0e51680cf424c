import type { RequestReason } from '@symbolon/core';
import { FORM_MEDIA_TYPE } from '@symbolon/protocol';

export interface RequestHead {
  readonly method: string;
  /** With its `?`; empty where there is none. */
  readonly query: string;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
}

/** Why a token request is refused before its body is read (RFC 6749 §3.2), or null. */
export function checkRequestHead(head: RequestHead): RequestReason | null {
  if (head.method !== 'POST') return 'method_not_allowed';
  if (head.query !== '') return 'query_parameters_not_allowed';
  if (!isForm(head.contentType)) return 'content_type_unsupported';
  return isIdentity(head.contentEncoding) ? null : 'body_malformed';
}

function isForm(contentType: string | null): boolean {
  if (contentType === FORM_MEDIA_TYPE) return true;
  const [mediaType, parameter, ...more] = (contentType ?? '').toLowerCase().split(';');
  const isUtf8 = parameter === undefined || /^charset=("?)utf-8\1$/.test(parameter.trim());
  return mediaType?.trim() === FORM_MEDIA_TYPE && isUtf8 && more.length === 0;
}

/** RFC 9110 §8.4.1: a compressed body is not unpacked, so few bytes never become many. */
function isIdentity(contentEncoding: string | null): boolean {
  return contentEncoding === null || contentEncoding.toLowerCase() === 'identity';
}
