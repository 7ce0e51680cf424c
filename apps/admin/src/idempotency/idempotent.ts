import { createHash } from 'node:crypto';
import type { IdempotentRequest, JsonValue, KeptAnswer } from '@symbolon/core';
import type { Context } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { faultFields } from '../http/fault.ts';
import { PROBLEMS, type ProblemCode, type Refusal, refuse } from '../http/problem.ts';
import { readBody } from '../http/read-body.ts';
import { type Reply, reply } from '../http/reply.ts';
import type { Handle } from '../http/route.ts';
import type { AdminDeps } from '../ports.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';

/**
 * A POST that may be sent again: under one `Idempotency-Key` of one principal a request is served once, and a retry
 * gets the answer that the first one got. It is apart from the routes because it judges requests by nothing but their
 * method, path and body, and knows nothing of what they do. What it keeps are answers, which hold no secret, and a
 * digest of the request.
 */

/** Serves a request whose body was read. */
export type HandleBody = (context: Context<AdminEnv>, body: JsonValue) => Promise<Reply | Refusal>;

export type IdempotencyDeps = Pick<AdminDeps, 'beginRequest' | 'endRequest' | 'now' | 'log'>;

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
export const IDEMPOTENCY_REPLAYED = 'Idempotency-Replayed';

/** Reads the body for `handle`, and serves the request once where it has a key. */
export function idempotent(handle: HandleBody, deps: IdempotencyDeps): Handle {
  return async (context) => {
    const header = context.req.header(IDEMPOTENCY_KEY);
    const key = header === undefined ? null : parseIdempotencyKey(header);
    if (header !== undefined && key === null) return malformed;
    const body = await readBody(context.req.raw);
    if (body.kind === 'refused') return body;
    if (key === null) return handle(context, body.json);
    const request = { principal: context.var.principal.id, key, digest: digestOf(context, body.json) };
    const begunAtMs = deps.now();
    const state = await deps.beginRequest(request, begunAtMs);
    switch (state.kind) {
      case 'begun':
        return serveOnce({ ...request, begunAtMs }, () => handle(context, body.json), {
          ...deps,
          ...context.var,
        });
      case 'running':
        return inProgress;
      case 'different':
        return reused;
      case 'answered':
        return replay(state.answer);
    }
  };
}

const malformed = refuse('invalid_request', {
  detail: `${IDEMPOTENCY_KEY} must be one string of 1 to 255 printable ASCII characters, such as "8e03978e-40d5"`,
});
const inProgress = refuse('idempotency_in_progress', {
  detail: 'wait for its answer, then send it again',
  headers: { 'Retry-After': '1' },
});
const reused = refuse('idempotency_key_reused', { detail: 'send another key with another request' });

/** A key is given back where nothing came of the request, so that it may be tried again. */
async function serveOnce(
  { begunAtMs, ...request }: IdempotentRequest & { readonly begunAtMs: number },
  serve: () => Promise<Reply | Refusal>,
  { endRequest, log, requestId }: IdempotencyDeps & { readonly requestId: string },
): Promise<Reply | Refusal> {
  let kept: KeptAnswer | null = null;
  try {
    const answer = await serve();
    kept = keep(answer);
    return answer;
  } finally {
    // What was done is done: the caller is told so, and a retry that it then makes waits until the key is free.
    await endRequest(request, kept, begunAtMs).catch((error: unknown) =>
      log.error({ requestId, ...faultFields(error) }, 'the answer to an idempotent request was not kept'),
    );
  }
}

/** Null for what may be otherwise the next time. A refusal is kept as the app holds it, without its request's id. */
function keep(answer: Reply | Refusal): KeptAnswer | null {
  if (answer.kind === 'reply') return { status: answer.status, body: answer.body };
  const { status } = PROBLEMS[answer.code];
  const { code, detail = null, errors = [] } = answer;
  const body = { code, detail, errors: errors.map(({ pointer, detail }) => ({ pointer, detail })) };
  return status >= 500 ? null : { status, body };
}

type KeptRefusal = {
  readonly code: ProblemCode;
  readonly detail: string | null;
  readonly errors: NonNullable<Refusal['errors']>;
};

function replay({ status, body }: KeptAnswer): Reply | Refusal {
  const headers = { [IDEMPOTENCY_REPLAYED]: 'true' };
  if (status < 400) return reply(status as Reply['status'], body, headers);
  // Written by `keep`, and by nothing else.
  const { code, detail, errors } = body as unknown as KeptRefusal;
  return refuse(code, {
    headers,
    ...(detail === null ? {} : { detail }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}

/** The query belongs to the path. Two texts that read as the same JSON are one request. */
function digestOf({ req }: Context<AdminEnv>, body: JsonValue): string {
  const { pathname, search } = new URL(req.url);
  return createHash('sha256')
    .update(JSON.stringify([req.method, pathname + search, body]))
    .digest('hex');
}
