import type { Workload } from '@symbolon/core';
import { JSON_MEDIA_TYPE, type OAuthErrorResponse, type TokenParameter } from '@symbolon/protocol';
import type { Answered } from '../answered.ts';
import type { Endpoints } from '../endpoints.ts';
import { type AnswerReason, answerFor } from './reason-answers.ts';

/** Why a request is not served, and the few facts that may be told of it. */
export interface Failure {
  readonly reason: AnswerReason;
  /** The parameter at fault. */
  readonly parameter?: TokenParameter;
  /** The audiences that the cluster of the token demands; told for some reasons only. */
  readonly expectedAudiences?: readonly string[];
  /** The workload of a proven subject token. */
  readonly workload?: Workload;
  readonly retryAfterSeconds?: number;
  /** `Allow` or `WWW-Authenticate`. */
  readonly headers?: { readonly [name: string]: string };
}

export type WriteError = (failure: Failure, requestId: string) => Answered;

const MAX_NAMED_AUDIENCES = 5;

/** The only writer of error bodies (RFC 6749 §5.2). Nothing that the caller sent is in them. */
export function createWriteError(endpoints: Endpoints): WriteError {
  return (failure, requestId) => {
    const answer = answerFor(failure.reason);
    const body: OAuthErrorResponse = {
      error: answer.error,
      error_description: descriptionOf(failure),
      error_uri: endpoints.errorUrl(answer.publicReason),
      reason: answer.publicReason,
      request_id: requestId,
    };
    const { reason, retryAfterSeconds, workload = null } = failure;
    const headers = {
      'content-type': JSON_MEDIA_TYPE,
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-request-id': requestId,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...failure.headers,
    };
    return { status: answer.status, headers, body: JSON.stringify(body), reason, workload };
  };
}

function descriptionOf(failure: Failure): string {
  const { reason, parameter, expectedAudiences, workload, retryAfterSeconds } = failure;
  const { description, mendedBy, namesExpectedAudiences } = answerFor(reason);
  const sentences = [description];
  if (parameter !== undefined) sentences.push(`Parameter: ${parameter}.`);
  if (namesExpectedAudiences === true && expectedAudiences !== undefined && expectedAudiences.length > 0) {
    const named = expectedAudiences.slice(0, MAX_NAMED_AUDIENCES).map(describable);
    sentences.push(`Request one for the audience ${named.join(' or ')} alone.`);
  }
  if (workload !== undefined) {
    const seen = [workload.cluster, workload.namespace, workload.serviceAccount.name].map(describable);
    sentences.push(`Workload seen (cluster/namespace/serviceaccount): ${seen.join('/')}.`);
  }
  if (retryAfterSeconds !== undefined) sentences.push(`Try again in ${retryAfterSeconds} seconds.`);
  sentences.push(`Mended by: ${mendedBy}.`);
  return sentences.join(' ');
}

/** RFC 6749 §5.2 allows printable ASCII without quotation mark and backslash in a description. */
function describable(value: string): string {
  return value.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
