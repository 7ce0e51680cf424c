/** Where a database is and as whom to enter it. Nothing else decides of a connection: no variable PG*, no ~/.pgpass. */
export interface DatabaseLocation {
  /** A host, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Empty where the URL has none: for a server that asks for none, or takes a certificate. */
  readonly password: string;
  readonly database: string;
  readonly tls: DatabaseTls | null;
}

/** The server's certificate is always verified; `isNameVerified` is about the host in it. Paths of PEM files. */
export interface DatabaseTls {
  readonly isNameVerified: boolean;
  readonly rootCertFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** A URL that names no database to connect to safely. `message` says why and repeats nothing of it. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
  readonly code = 'database_url_refused';
}

const PARAMETERS = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const DEFAULT_PORT = 5432;

/**
 * Reads `postgres://user:password@host:port/database?sslmode=...`. Stricter than libpq where that would connect to
 * whoever answers: `require` verifies like `verify-full`, what may silently be no TLS at all (`allow`, `prefer`) is
 * refused, and a host of the network needs an `sslmode`, be it `disable`. Throws `DatabaseUrlError`.
 */
export function readDatabaseUrl(text: string): DatabaseLocation {
  const url = URL.parse(text);
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    throw new DatabaseUrlError(
      'the database must be a URL such as postgres://user:password@host:5432/database',
    );
  }
  const parameters = readParameters(url);
  const host = hostOf(url, parameters);
  const user = decode(url.username);
  const database = decode(url.pathname.slice(1));
  if (user === '' || database === '' || database.includes('/')) {
    throw new DatabaseUrlError("the database's URL must name a user and one database");
  }
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user,
    password: decode(url.password),
    database,
    tls: tlsOf(parameters, host),
  };
}

function readParameters(url: URL): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!PARAMETERS.includes(name) || parameters.has(name) || value === '') {
      throw new DatabaseUrlError(
        `the database's URL has a parameter that is unknown, empty or there twice; known are ${PARAMETERS.join(', ')}`,
      );
    }
    parameters.set(name, value);
  }
  return parameters;
}

/** A URL has no place for a socket's folder, so `host` gives it in place of the URL's own. */
function hostOf(url: URL, parameters: ReadonlyMap<string, string>): string {
  const socket = parameters.get('host');
  if (socket !== undefined && !socket.startsWith('/')) {
    throw new DatabaseUrlError("the parameter host of the database's URL is the folder of a Unix socket");
  }
  const host = socket ?? decode(url.hostname).replace(/^\[(.+)\]$/, '$1');
  if (host === '') throw new DatabaseUrlError("the database's URL must name a host");
  return host;
}

function tlsOf(parameters: ReadonlyMap<string, string>, host: string): DatabaseTls | null {
  const files = {
    rootCertFile: parameters.get('sslrootcert') ?? null,
    certFile: parameters.get('sslcert') ?? null,
    keyFile: parameters.get('sslkey') ?? null,
  };
  const mode = parameters.get('sslmode') ?? (isLocal(host) ? 'disable' : null);
  switch (mode) {
    case 'disable':
      if (Object.values(files).every((file) => file === null)) return null;
      throw new DatabaseUrlError(
        "the database's URL names certificates and does not use TLS: say sslmode=verify-full",
      );
    case 'require':
    case 'verify-full':
      return { ...files, isNameVerified: true };
    case 'verify-ca':
      // Any name under a public authority is anybody's.
      if (files.rootCertFile !== null) return { ...files, isNameVerified: false };
      throw new DatabaseUrlError("sslmode=verify-ca in the database's URL needs sslrootcert");
    case null:
      throw new DatabaseUrlError(
        "the database's URL must say sslmode=verify-full, or sslmode=disable where nobody else is on the network to it",
      );
    default:
      throw new DatabaseUrlError(
        "sslmode in the database's URL must be verify-full, verify-ca, require or disable",
      );
  }
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new DatabaseUrlError("the database's URL has a % that begins no escape: write it as %25");
  }
}
