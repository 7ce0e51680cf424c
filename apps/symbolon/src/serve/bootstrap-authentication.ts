import type { AuthenticatePrincipal } from '@symbolon/admin';
import { createAdminToken } from './admin-token.ts';

/** Whoever shows the bootstrap token owns everything; nobody else is anybody. Throws where the file holds no token. */
export function createBootstrapAuthentication(tokenFile: string): AuthenticatePrincipal['authenticate'] {
  const { isAdminToken } = createAdminToken(tokenFile);
  return (token) => (isAdminToken(token) ? { id: 'bootstrap', isGlobalOwner: true } : null);
}
