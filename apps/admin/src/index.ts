/**
 * The control plane over HTTP: who may call, what they may write, and what the rest of the configuration says to it.
 * It reads and changes configuration through ports, signs nothing and opens no secret; it has its own listener so
 * that it can be reached by other people than the token endpoint.
 */
export { createAdmin } from './create-admin.ts';
export type {
  AdminDeps,
  AdminLog,
  AdminLogFields,
  AuthenticatePrincipal,
  PolicyChanged,
  SealClusterCredential,
  SealedCredential,
} from './ports.ts';
