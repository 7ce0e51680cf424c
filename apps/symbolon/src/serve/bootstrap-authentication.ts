import type { Principal } from '@symbolon/core';
import { createAdminToken } from './admin-token.ts';
import { type BreakGlassDeps, createBreakGlassToken } from './break-glass.ts';

export interface BootstrapAuthenticationDeps extends BreakGlassDeps {
  readonly adminTokenFile: string;
}

/**
 * Whoever shows the bootstrap token owns everything, and so does whoever shows the break-glass token; nobody else is
 * anybody. The bootstrap token needs no database: with that away it is still known, and any other token is not known to
 * be wrong, which is `UnavailableError`. Throws where the file holds no token to begin with.
 */
export function createBootstrapAuthentication(
  deps: BootstrapAuthenticationDeps,
): (bearerToken: string) => Promise<Principal | null> {
  const { isAdminToken } = createAdminToken(deps.adminTokenFile);
  const { isBreakGlassToken } = createBreakGlassToken(deps);
  return async (token) => {
    if (isAdminToken(token)) return { id: 'bootstrap', isGlobalOwner: true };
    return (await isBreakGlassToken(token)) ? { id: 'break-glass', isGlobalOwner: true } : null;
  };
}
