import { adminToken, type PublicJwk } from '@symbolon/testkit';
import { type Server, type ServerOptions, startServer } from '../servers/start-server.ts';
import { configure } from './configure.ts';

/** A configured database, and the settings with which the broker serves from it. */
export interface Ground {
  readonly env: Readonly<Record<string, string>>;
  readonly adminToken: string;
}

/** How the broker is started: the bundle, where its log goes, its core. */
export interface Program extends Pick<ServerOptions, 'pinning' | 'folder'> {
  readonly entry: string;
}

const ADDRESSES = { SYMBOLON_LISTEN: '127.0.0.1:0', SYMBOLON_ADMIN_LISTEN: '127.0.0.1:0' };

export interface StartBrokerOptions {
  readonly env: Readonly<Record<string, string>>;
  /** For Node itself. */
  readonly nodeArgs?: readonly string[];
  readonly args?: readonly string[];
}

/** `symbolon serve`, as it is shipped, on free ports. */
export function startBroker(program: Program, options: StartBrokerOptions): Promise<Server> {
  const { env, nodeArgs = [], args = [] } = options;
  const { entry, ...rest } = program;
  return startServer({
    ...rest,
    command: [...nodeArgs, entry, 'serve', ...args],
    env: { ...ADDRESSES, ...env },
  });
}

/** The embedded default in a fresh folder, with the cluster, 100 systems and 100 rules. */
export async function makeEmbeddedGround(
  program: Program,
  { dataDir, clusterKey }: { readonly dataDir: string; readonly clusterKey: PublicJwk },
): Promise<Ground> {
  const env = { SYMBOLON_DATA_DIR: dataDir };
  const readToken = () => adminToken(dataDir);
  await configureBy(program, { env, readToken, clusterKey });
  return { env, adminToken: readToken() };
}

export async function configureBy(
  program: Program,
  options: {
    readonly env: Ground['env'];
    readonly readToken: () => string;
    readonly clusterKey: PublicJwk;
  },
): Promise<void> {
  const broker = await startBroker(program, { env: options.env });
  try {
    const admin = { url: String(broker.ready.admin), token: options.readToken() };
    await configure(admin, options.clusterKey);
  } finally {
    await broker.stop();
  }
}
