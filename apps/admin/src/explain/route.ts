import type { CredentialType, DraftRule, ExplainRequest, ExplainSubject } from '@symbolon/core';
import { type ExplainBody, explainBody, TOKEN_TYPE } from '@symbolon/protocol';
import type { Hono } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { onlyGlobalOwners } from '../http/only-global-owners.ts';
import { readQuery } from '../http/query.ts';
import { reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import { type IdempotencyDeps, idempotent } from '../idempotency/idempotent.ts';
import { jsonOf } from '../objects/json-of.ts';
import { readBodyAs } from '../objects/read-draft.ts';
import type { AdminDeps } from '../ports.ts';

/** `POST /explain`: what would be decided, and why. The subject token goes to the use case and nowhere else. */
export function addExplainRoute(
  app: Hono<AdminEnv>,
  deps: Pick<AdminDeps, 'explain'> & IdempotencyDeps,
): void {
  const post = idempotent(async ({ req, var: { requestId, traceId, principal } }, json) => {
    const query = readQuery(req.url, []);
    if (query.kind === 'refused') return query;
    return readBodyAs(explainBody, json, async (body) => {
      const asked = { requestId, traceId, principal: principal.id, ...readRequest(body) };
      return reply(200, jsonOf(await deps.explain(asked)));
    });
  }, deps);
  // An explanation names the rules of a system, and what others call their own.
  addRoute(app, '/explain', { POST: onlyGlobalOwners(post) });
}

type Asked = Omit<ExplainRequest, 'requestId' | 'traceId' | 'principal'>;

function readRequest(body: ExplainBody): Asked {
  return {
    subject: subjectOf(body),
    audiences: body.audience,
    scopes: body.scope === '' ? [] : [...new Set(body.scope.split(' '))],
    tokenType: body.requestedTokenType === undefined ? null : CREDENTIAL_TYPES[body.requestedTokenType],
    draftRules: body.rules.map(draftOf),
  };
}

/** What is for people alone decides nothing. */
function draftOf(rule: ExplainBody['rules'][number]): DraftRule {
  const { name, labels: _, description: __, ...spec } = rule;
  return { name, spec };
}

const CREDENTIAL_TYPES = {
  [TOKEN_TYPE.accessToken]: 'access_token',
  [TOKEN_TYPE.idToken]: 'id_token',
  [TOKEN_TYPE.jwt]: 'jwt',
} as const satisfies Readonly<Record<string, CredentialType>>;

/** The schema has seen to it that there is exactly one of the two. */
function subjectOf({ subjectToken, workload }: ExplainBody): ExplainSubject {
  if (workload === undefined) return { kind: 'subjectToken', subjectToken: subjectToken ?? '' };
  const unnamed = { serviceAccountUid: null, pod: null, podUid: null, node: null, nodeUid: null };
  return { kind: 'workload', workload: { ...unnamed, ...workload } };
}
