import { PROBLEM_MEDIA_TYPE, problemView } from '@symbolon/protocol';
import { expect } from 'vitest';
import type { Answer, Call, TestAdmin } from '../test-support.ts';
import { OPERATIONS } from './create-document.ts';
import { COMMON_PROBLEMS, type Operation } from './operation.ts';
import { VIEWS } from './schemas.ts';

export interface DocumentedRequest extends Call {
  readonly method: string;
  readonly path: string;
}

/** Calls the admin app, and holds every answer to what the document says of it. */
export function createDocumentedCall() {
  const seen = new Set<string>();
  async function call(admin: TestAdmin, request: DocumentedRequest): Promise<Answer> {
    const { method, path, ...options } = request;
    const operation = operationOf(method, path);
    const answer = await admin.call(method, path, options);
    expectDocumented(operation, answer);
    seen.add(`${operation.operationId} ${answer.status}`);
    return answer;
  }
  return { call, seen };
}

/** Every status that the document has, by operation. */
export function documentedStatuses(): ReadonlySet<string> {
  return new Set(
    OPERATIONS.flatMap(({ operationId, answers, problems = [] }) =>
      [...answers.map(({ status }) => status), ...COMMON_PROBLEMS, ...problems].map(
        (status) => `${operationId} ${status}`,
      ),
    ),
  );
}

function operationOf(method: string, path: string): Operation {
  const { pathname } = new URL(path, 'http://localhost');
  const operation = OPERATIONS.find((candidate) => {
    const pattern = new RegExp(`^${candidate.path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
    return candidate.method === method.toLowerCase() && pattern.test(pathname);
  });
  if (operation === undefined) throw new Error(`${method} ${path} is not documented`);
  return operation;
}

function expectDocumented(operation: Operation, { status, headers, text, json }: Answer): void {
  const { operationId, answers, problems = [] } = operation;
  const at = `${operationId} ${status}`;
  expect(headers.get('x-request-id'), at).not.toBeNull();
  const answer = answers.find((candidate) => candidate.status === status);
  if (answer === undefined) {
    expect([...COMMON_PROBLEMS, ...problems], at).toContain(status);
    expect(headers.get('content-type'), at).toBe(PROBLEM_MEDIA_TYPE);
    expect(problemView.parse(json), at).toEqual(json);
    expect(json.status, at).toBe(status);
    if (status === 401) expect(headers.get('www-authenticate'), at).toMatch(/^Bearer /);
    if (status === 503) expect(headers.get('retry-after'), at).toMatch(/^\d+$/);
    return;
  }
  if (answer.schema === undefined) {
    expect(text, at).toBe('');
    return;
  }
  expect(headers.get('content-type'), at).toBe('application/json');
  if (answer.schema === 'OpenApi') return;
  const view = VIEWS[answer.schema as keyof typeof VIEWS];
  // A member that the schema does not know is left out by it, and then the two differ.
  expect(view.parse(json), at).toEqual(json);
}
