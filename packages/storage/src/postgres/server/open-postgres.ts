import { fileURLToPath } from 'node:url';
import type { AuditMode } from '../../audit-mode.ts';
import type { OpenStores } from '../../stores.ts';
import { createPostgresStores } from '../create-postgres-stores.ts';
import { MigrationError } from '../judge-migrations.ts';
import { pendingMigrations } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { failureCodeOf } from '../storage-call.ts';
import { createConnections } from './connections.ts';
import { ADMIN_ROLE, GATEWAY_ROLE } from './grants.ts';

/*
 * The stores on a PostgreSQL server: the connections to it and how long each may take, the roles and what they may do,
 * and the migrations as their own login runs them. All of it is about a server that others reach as well, that comes
 * and goes, and that we do not own: nothing of it exists for PGlite, and the stores themselves know nothing of it.
 */

export interface PostgresOptions {
  /** As `readDatabaseUrl` reads it. */
  readonly url: string;
  /** The folder with `0000_<intent>.sql` and those after it, to know which schema the database must have. */
  readonly migrationsDir: URL;
  /** Default: durable. */
  readonly audit?: AuditMode;
  /** Under which the server lists the connections. */
  readonly applicationName: string;
  /** Connections for everything but the audit trail, what follows changes and the listener: those have one each. Default 8. */
  readonly poolSize?: number;
}

const DEFAULT_POOL_SIZE = 8;
/** An SQLSTATE (PostgreSQL, appendix A). */
const INSUFFICIENT_PRIVILEGE = '42501';
const PATIENCE = { statementMs: 15_000, lockMs: 5_000 };
/** Of what callers wait for with their exchange: a connection that died without a word must be given up soon. */
const EXCHANGE_PATIENCE = { statementMs: 4_000, lockMs: 2_000 };

/**
 * Opens the stores on a server whose schema `migratePostgres` has made. Throws `MigrationError` where the schema is too
 * old, unknown, or closed to this login, `DatabaseUrlError` for a URL that is refused, and `UnavailableError` where
 * the server cannot be reached or is no primary. After a throw nothing is held.
 */
export async function openPostgres(options: PostgresOptions): Promise<OpenStores> {
  const { audit = 'durable', poolSize = DEFAULT_POOL_SIZE } = options;
  const connections = await createConnections(options);
  const database = connections.openPool({ size: poolSize, ...PATIENCE });
  // One batch is in flight at a time.
  const auditDatabase = connections.openPool({ size: 1, ...EXCHANGE_PATIENCE });
  // It asks for one thing after the other, and must not stand behind operators who wait for each other.
  const followDatabase = connections.openPool({ size: 1, ...EXCHANGE_PATIENCE });
  const closeAll = async () => {
    await Promise.all([database, auditDatabase, followDatabase].map((one) => one.close()));
    await connections.close();
  };
  try {
    const shipped = await readMigrations(fileURLToPath(options.migrationsDir));
    await requireCurrentSchema(() => pendingMigrations(database, shipped));
  } catch (error) {
    await closeAll();
    throw error;
  }
  const { stores, drain } = createPostgresStores(database, {
    audit,
    auditDatabase,
    followDatabase,
    connectListener: () => connections.connect(PATIENCE),
  });
  return {
    stores,
    async close() {
      const drained = await drain();
      await closeAll();
      return drained;
    },
  };
}

async function requireCurrentSchema(findPending: () => ReturnType<typeof pendingMigrations>): Promise<void> {
  let pending: Awaited<ReturnType<typeof pendingMigrations>>;
  try {
    pending = await findPending();
  } catch (error) {
    throw failureCodeOf(error) === INSUFFICIENT_PRIVILEGE
      ? new MigrationError(
          'schema_forbidden',
          `the database's login may not read its schema: make it a member of ${GATEWAY_ROLE} or ${ADMIN_ROLE}, or both, and run \`symbolon migrate\``,
        )
      : error;
  }
  const [first] = pending;
  if (first !== undefined) {
    throw new MigrationError(
      'schema_outdated',
      `the database lacks ${pending.length} of this version's migrations, from ${first.name} on: run \`symbolon migrate\``,
    );
  }
}
