import type { Broker } from '../wire/broker.ts';

const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz']);

/**
 * The handlers of a broker without a gateway, whose admin API answers the probes as well: they ask for no token and tell
 * no more than whether it is ready. Metrics stay where METRICS_LISTEN says.
 */
export function withProbes(handlers: Broker['handlers']): Broker['handlers'] {
  const { admin, metrics } = handlers;
  if (admin === undefined) return handlers;
  return {
    ...handlers,
    admin(request, connection) {
      const isProbe = PROBES.has(new URL(request.url).pathname);
      return isProbe ? metrics(request, connection) : admin(request, connection);
    },
  };
}
