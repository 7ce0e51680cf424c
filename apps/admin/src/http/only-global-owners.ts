import { forGlobalOwners } from './problem.ts';
import type { Handle } from './route.ts';

/**
 * Serves global owners alone. It is judged before anything else, an answer that was kept for the principal included:
 * whoever was one yesterday is not told today what was theirs to know.
 */
export function onlyGlobalOwners(handle: Handle): Handle {
  return async (context) => (context.var.principal.isGlobalOwner ? handle(context) : forGlobalOwners);
}
