import { TRACEPARENT, traceIdOf } from '@symbolon/protocol';
import type { Context, MiddlewareHandler } from 'hono';
import type { AdminDeps } from '../ports.ts';
import type { AdminEnv } from './env.ts';
import { refuse, writeProblem } from './problem.ts';

/** RFC 6750 §2.1; longer than any token that somebody issues. */
const AUTHORIZATION = /^Bearer +([A-Za-z0-9._~+/-]{1,16384}=*)$/i;

/** The same for every caller, so that it tells nobody whether there is such a token or file. */
const HOW_TO =
  'send the header "Authorization: Bearer <token>"; unless SYMBOLON_ADMIN_TOKEN_FILE names another file, the token lies in admin-token of the data folder';

/** Names in paths need no escapes, no empty steps and no dots of their own, so that a path has one spelling. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9][-A-Za-z0-9._:]*)+$/;

/**
 * Stands before everything, known paths and unknown: gives the request its id, and lets nobody by who is not
 * authenticated. Nothing of the request but its bearer token is read before that.
 */
export function createGuard(deps: Pick<AdminDeps, 'authenticate' | 'createId'>): MiddlewareHandler<AdminEnv> {
  return async (context, next) => {
    const requestId = deps.createId();
    context.set('requestId', requestId);
    const token = AUTHORIZATION.exec(context.req.header('authorization') ?? '')?.[1];
    const principal = token === undefined ? null : await deps.authenticate(token);
    if (principal === null) {
      const challenge = `Bearer realm="symbolon"${token === undefined ? '' : ', error="invalid_token"'}`;
      return writeProblem(
        refuse('unauthenticated', { detail: HOW_TO, headers: { 'WWW-Authenticate': challenge } }),
        requestId,
      );
    }
    if (!isPlainPath(context)) return writeProblem(refuse('not_found'), requestId);
    context.set('principal', principal);
    context.set('traceId', traceIdOf(context.req.header(TRACEPARENT)));
    return next();
  };
}

/**
 * The path that is routed is the one that was sent: a proxy in front that judges paths must not be told another by
 * `..`, an escape, an absolute target or a backslash that URL parsing resolves.
 */
function isPlainPath(context: Context<AdminEnv>): boolean {
  const { pathname } = new URL(context.req.url);
  const sent = context.env?.incoming?.url;
  return PLAIN_PATH.test(pathname) && (sent === undefined || sent.split('?', 1)[0] === pathname);
}
