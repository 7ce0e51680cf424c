import type { Context } from 'hono';
import type { GatewayEnv } from './doors/gateway-env.ts';

/**
 * Whether the path that is routed is the one that was sent: a proxy in front that judges paths must not be told another
 * by `..`, an escape, an absolute target or a backslash that URL parsing and routing resolve.
 */
export function isPathAsSent(context: Context<GatewayEnv>): boolean {
  const sent = context.env?.incoming?.url;
  return sent === undefined || sent.split('?', 1)[0] === context.req.path;
}
