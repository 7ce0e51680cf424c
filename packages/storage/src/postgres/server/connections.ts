import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { createDatabase, type Database, leaveToItsUsers } from '../database.ts';
import { storageCall } from '../storage-call.ts';
import { type DatabaseTls, DatabaseUrlError, readDatabaseUrl } from './read-database-url.ts';

/** How long what is done over a connection may take before it is given up, in milliseconds; 0: for ever. */
export interface Patience {
  /** A statement, by the server. Whoever asked waits no more than a second longer, whatever became of the server. */
  readonly statementMs: number;
  /** For a lock that another transaction has. */
  readonly lockMs: number;
}

export interface Connections {
  /** A pool of its own: whoever uses it waits for nobody outside it. */
  openPool(options: { readonly size: number } & Patience): Database;
  /** A connection outside any pool, which whoever asked for it ends. Throws `UnavailableError`. */
  connect(patience: Patience): Promise<pg.Client>;
  /** Waits until all connections have said goodbye, and not for one whose other end has vanished. */
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;
/** What a call waits longer than its statement may run: then the server is gone, or the way to it. */
const ANSWER_MS = 1_000;
/** A transaction of ours waits for nobody between two statements, and the epoch row must not be held by a dead process. */
const IDLE_IN_TRANSACTION_MS = 30_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
const IDLE_CONNECTION_MS = 60_000;
const FAREWELL_MS = 2_000;

/** Ways to one database. Reads the certificates that the URL names; throws `DatabaseUrlError` for a URL that is refused. */
export async function createConnections(options: {
  readonly url: string;
  /** Under which the server lists the connections. */
  readonly applicationName: string;
}): Promise<Connections> {
  const { tls, password, ...location } = readDatabaseUrl(options.url);
  const ssl = tls === null ? false : await tlsOptions(tls);
  const sockets = new Set<Socket>();

  /** Everything that the driver would otherwise take from the environment is said here. */
  const configFor = ({ statementMs, lockMs }: Patience): pg.ClientConfig => ({
    ...location,
    // A function, since for an empty string the driver would look into the environment and files of the user.
    password: () => password,
    ssl,
    sslnegotiation: 'postgres',
    client_encoding: 'UTF8',
    application_name: options.applicationName,
    // What is not of the broker's schema does not stand in for what is.
    options: '-c search_path=public',
    stream: () => track(sockets),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: statementMs === 0 ? 0 : statementMs + ANSWER_MS,
  });

  return {
    openPool({ size, ...patience }) {
      const pool = new pg.Pool({
        ...configFor(patience),
        max: size,
        idleTimeoutMillis: IDLE_CONNECTION_MS,
        verify: refuseReadOnly,
      });
      // Between a connection's making and its first user the pool has no listener on it.
      pool.on('connect', (client) => client.on('error', leaveToItsUsers));
      return createDatabase(pool);
    },
    async connect(patience) {
      const client = new pg.Client(configFor(patience));
      client.on('error', leaveToItsUsers);
      await storageCall(() => client.connect());
      return client;
    },
    async close() {
      await Promise.race([
        Promise.all([...sockets].map((socket) => once(socket, 'close'))),
        setTimeout(FAREWELL_MS, undefined, { ref: false }),
      ]).catch(() => {});
      for (const socket of sockets) socket.destroy();
    },
  };
}

function track(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
}

/**
 * A server that takes no writes is a replica, or was the primary until a moment ago, and what it would tell of the
 * configuration may be old: no connection to it gets into a pool, and the next attempt may find the primary.
 */
function refuseReadOnly(client: pg.PoolClient, done: (error?: Error) => void): void {
  client.query<{ readonly transaction_read_only: string }>(
    'SHOW transaction_read_only',
    (error: Error | null, result) => {
      if (error !== null) done(error);
      else if (result.rows[0]?.transaction_read_only === 'off') done();
      else done(Object.assign(new Error('the server takes no writes'), { code: '25006' }));
    },
  );
}

async function tlsOptions(tls: DatabaseTls): Promise<ConnectionOptions> {
  const [ca, cert, key] = await Promise.all([tls.rootCertFile, tls.certFile, tls.keyFile].map(readPem));
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.isNameVerified ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function readPem(path: string | null): Promise<string | undefined> {
  if (path === null) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new DatabaseUrlError(`a file that the database's URL names cannot be read: ${path}`);
  }
}
