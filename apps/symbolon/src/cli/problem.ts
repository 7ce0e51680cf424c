import { isJsonObject, type JsonValue } from '@symbolon/core';
import { type CliFailure, refused, unavailable } from './cli-failure.ts';
import { parseJsonBody } from './json-body.ts';
import { optionOf } from './option-of.ts';
import type { HttpAnswer } from './send-http.ts';

/** An RFC 9457 answer as far as it can be read; whatever sent it, no member of it is trusted to be there. */
export interface ReadProblem {
  readonly status: number;
  /** The last part of `type`, such as `precondition_failed`; null where the answer is no problem of the broker's. */
  readonly code: string | null;
  readonly title: string;
  readonly detail: string | null;
  readonly requestId: string | null;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

const TYPE_PREFIX = 'urn:symbolon:problem:';

export function readProblem(answer: HttpAnswer): ReadProblem {
  const { status } = answer;
  const json = parseJsonBody(answer) ?? {};
  const type = textOf(json.type);
  const errors = Array.isArray(json.errors) ? (json.errors as readonly JsonValue[]) : [];
  return {
    status,
    code: type?.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : null,
    title: textOf(json.title) ?? `The server answered ${status}`,
    detail: textOf(json.detail),
    requestId: textOf(json.requestId),
    errors: errors.filter(isJsonObject).map((error) => ({
      pointer: textOf(error.pointer) ?? '',
      detail: textOf(error.detail) ?? '',
    })),
  };
}

/** The end of a command that the broker refused; with `what`, the object or the act that it is about. */
export function problemFailure(problem: ReadProblem, what?: string): CliFailure {
  const { status, code, title, requestId } = problem;
  const subject = what === undefined ? '' : `${what}: `;
  const hints = [
    ...detailLines(problem),
    ...nextStep(problem),
    ...(requestId === null ? [] : [`request id ${requestId}`]),
  ];
  const message = `${subject}${title} (${status}${code === null ? '' : ` ${code}`})`;
  return status >= 500 ? unavailable(message, ...hints) : refused(message, ...hints);
}

/** The same with each pointer into the request as the option that was given for it. */
export function inOptions(problem: ReadProblem): ReadProblem {
  const errors = problem.errors.map(({ pointer, detail }) => ({ pointer: optionOf(pointer), detail }));
  return { ...problem, errors };
}

/** What is wrong, one line each: the detail, then each error with the pointer to its place. */
export function detailLines({ detail, errors }: ReadProblem): readonly string[] {
  return [
    ...(detail === null ? [] : [detail]),
    ...errors.map(({ pointer, detail: what }) => (pointer === '' ? what : `${pointer} ${what}`)),
  ];
}

function nextStep({ status, code }: ReadProblem): readonly string[] {
  if (status >= 500) return ['This is trouble of the broker itself: its log has more under the request id.'];
  if (code === 'forbidden') return ['"symbolon whoami" shows who your token stands for.'];
  return [];
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
