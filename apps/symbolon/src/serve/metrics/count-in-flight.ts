import type { RequestMetrics, ServerName } from './request-metrics.ts';

/** The handler of a server, whose requests are counted as in flight until they are answered. */
export function countInFlight<Args extends unknown[], Answer>(
  server: ServerName,
  handle: (...args: Args) => Answer | Promise<Answer>,
  metrics: RequestMetrics,
): (...args: Args) => Promise<Answer> {
  return async (...args) => {
    const end = metrics.beginRequest(server);
    try {
      return await handle(...args);
    } finally {
      end();
    }
  };
}

/** The same for a door, which says by null that a request is not its own. */
export function countInFlightAtDoor<Args extends unknown[]>(
  server: ServerName,
  door: (...args: Args) => Promise<void> | null,
  metrics: RequestMetrics,
): (...args: Args) => Promise<void> | null {
  return (...args) => {
    const answered = door(...args);
    if (answered === null) return null;
    const end = metrics.beginRequest(server);
    return answered.then(end, end);
  };
}
