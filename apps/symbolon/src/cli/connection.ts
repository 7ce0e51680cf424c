import { join, resolve } from 'node:path';
import { isLoopbackHost } from '../config/listen-address.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Cli } from './cli.ts';
import { wrongUsage } from './cli-failure.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { type Context, readContexts } from './context-file.ts';
import { nearestName } from './nearest-name.ts';
import { readServerUrl } from './safe-url.ts';

/** Where the admin API is, and which files hold what it is shown. */
export interface Connection {
  readonly server: URL;
  /** Null: no token was named, and none is assumed for a server elsewhere. */
  readonly tokenFile: string | null;
  readonly caFile: string | null;
  /** The context that this comes from, or null. */
  readonly context: string | null;
}

/**
 * Options come first, then the environment, then the context in use, then the broker on this machine. A context named
 * outright holds as a whole: no token of the environment goes to its server, and a server that is named outright gets
 * no token of a context.
 */
export function resolveConnection(options: ConnectionOptions, cli: Cli): Connection {
  const { env } = cli;
  if (options.server !== undefined && options.context !== undefined) {
    throw wrongUsage('--server and --context cannot be given together', 'A context names its own server.');
  }
  const named = options.context ?? (options.server === undefined ? setting(env, 'CONTEXT') : undefined);
  if (named !== undefined) return fromContext(named, options, cli);

  const server = options.server ?? setting(env, 'SERVER');
  const given = {
    tokenFile: options.tokenFile ?? setting(env, 'TOKEN_FILE'),
    caFile: options.caFile ?? setting(env, 'CA_FILE'),
  };
  if (server === undefined) {
    const { current } = readContexts(cli);
    if (current !== null) return fromContext(current, given, cli);
  }
  const what = options.server === undefined ? 'SYMBOLON_SERVER' : '--server';
  const url = readServerUrl(server ?? SETTINGS.SERVER.default, what);
  const isLocal = isLoopbackHost(url.hostname.replace(/^\[|\]$/g, ''));
  return {
    server: url,
    tokenFile: absolute(cli, given.tokenFile) ?? (isLocal ? localTokenFile(cli) : null),
    caFile: absolute(cli, given.caFile),
    context: null,
  };
}

function fromContext(
  name: string,
  given: { readonly tokenFile?: string | undefined; readonly caFile?: string | undefined },
  cli: Cli,
): Connection {
  const context = findContext(name, cli);
  return {
    server: readServerUrl(context.server, `the server of context ${name}`),
    tokenFile: absolute(cli, given.tokenFile) ?? context.tokenFile,
    caFile: absolute(cli, given.caFile) ?? context.caFile,
    context: name,
  };
}

function findContext(name: string, cli: Cli): Context {
  const { contexts } = readContexts(cli);
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context !== undefined) return context;
  throw wrongUsage(
    `there is no context ${name}`,
    ...nearestName(name, Object.keys(contexts)),
    '"symbolon context list" shows those that are.',
  );
}

/** Where a broker on this machine puts the token that it makes for its first owner. */
function localTokenFile(cli: Cli): string {
  const file = setting(cli.env, 'ADMIN_TOKEN_FILE');
  return resolve(
    cli.cwd,
    file ?? join(setting(cli.env, 'DATA_DIR') ?? SETTINGS.DATA_DIR.default, 'admin-token'),
  );
}

/** An empty variable counts as none, as everywhere in a shell. */
function setting(
  env: Cli['env'],
  name: 'SERVER' | 'TOKEN_FILE' | 'CA_FILE' | 'CONTEXT' | 'DATA_DIR' | 'ADMIN_TOKEN_FILE',
): string | undefined {
  const value = env[`SYMBOLON_${name}`];
  return value === '' ? undefined : value;
}

function absolute({ cwd }: Cli, path: string | undefined): string | null {
  return path === undefined ? null : resolve(cwd, path);
}
