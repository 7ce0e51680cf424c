/**
 * What each role may do with each table, and nothing beside it: every table of the schema is listed, and what is not
 * said here is revoked. Nobody logs in as a role: the login of a process is a member of one, or of both.
 *
 * The gateway faces the workloads. It reads the configuration and cannot change a word of it, and it adds to the audit
 * trail and cannot look back. The admin API has the configuration, and no private key and no cluster's credential ever
 * reaches it, sealed as they are. What nobody has here is for the login that owns the schema.
 */
export const GATEWAY_ROLE = 'symbolon_gateway';
export const ADMIN_ROLE = 'symbolon_admin';

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
/** The whole table, or the columns that are named. DELETE has no columns. */
export type Rights = { readonly [P in Privilege]?: 'all' | (P extends 'DELETE' ? never : readonly string[]) };
export type TableGrants = Readonly<Record<typeof GATEWAY_ROLE | typeof ADMIN_ROLE, Rights>>;

const NONE: Rights = {};
const READ: Rights = { SELECT: 'all' };
const WRITE: Rights = { SELECT: 'all', INSERT: 'all', UPDATE: 'all' };
const CHANGE: Rights = { SELECT: 'all', INSERT: 'all', UPDATE: 'all', DELETE: 'all' };

const CONFIGURATION: TableGrants = { symbolon_gateway: READ, symbolon_admin: CHANGE };
const OF_ADMIN: TableGrants = { symbolon_gateway: NONE, symbolon_admin: CHANGE };

export const GRANTS: Readonly<Record<string, TableGrants>> = {
  clusters: CONFIGURATION,
  identity_systems: CONFIGURATION,
  targets: CONFIGURATION,
  mapping_rules: CONFIGURATION,
  revocations: CONFIGURATION,
  target_audiences: OF_ADMIN,
  tombstones: OF_ADMIN,
  idempotency_keys: OF_ADMIN,
  epoch: {
    symbolon_gateway: READ,
    // Locking the row takes UPDATE.
    symbolon_admin: { SELECT: 'all', UPDATE: ['number', 'id'] },
  },
  policy_log: {
    symbolon_gateway: READ,
    symbolon_admin: { SELECT: 'all', INSERT: 'all', DELETE: 'all' },
  },
  cluster_credentials: {
    symbolon_gateway: WRITE,
    symbolon_admin: { SELECT: ['cluster'], INSERT: 'all', UPDATE: ['sealed'], DELETE: 'all' },
  },
  signing_keys: {
    symbolon_gateway: WRITE,
    symbolon_admin: {
      SELECT: [
        'kid',
        'algorithm',
        'state',
        'public_jwk',
        'created_at',
        'published_at',
        'activated_at',
        'retired_at',
      ],
      UPDATE: ['state', 'published_at', 'activated_at', 'retired_at'],
    },
  },
  sealed_key_pairs: {
    // Made once, as is the check below.
    symbolon_gateway: { SELECT: 'all', INSERT: 'all' },
    symbolon_admin: { SELECT: ['purpose', 'public_jwk'] },
  },
  key_encryption_check: { symbolon_gateway: { SELECT: 'all', INSERT: 'all' }, symbolon_admin: NONE },
  audit_events: {
    symbolon_gateway: { INSERT: ['event'] },
    symbolon_admin: { SELECT: 'all', INSERT: ['event'] },
  },
  cluster_status: { symbolon_gateway: CHANGE, symbolon_admin: READ },
  key_snapshots: { symbolon_gateway: WRITE, symbolon_admin: READ },
  admin_access: { symbolon_gateway: NONE, symbolon_admin: READ },
  applied_migrations: { symbolon_gateway: READ, symbolon_admin: READ },
};
