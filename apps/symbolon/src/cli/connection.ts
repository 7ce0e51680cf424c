import { join, resolve } from 'node:path';
import { envSetting } from '../config/env-setting.ts';
import { isLoopbackUrl } from '../config/listen-address.ts';
import { SECRET_FILE_NAMES } from '../config/secret-file-names.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Cli } from './cli.ts';
import { wrongUsage } from './cli-failure.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { demandContext, readContexts } from './context-file.ts';
import { readServerUrl } from './safe-url.ts';

/** Where the admin API is, and which files hold what it is shown. */
export interface Connection {
  readonly server: URL;
  /** Null: no token was named, and none is assumed for a server elsewhere. */
  readonly tokenFile: string | null;
  readonly tokenFileFrom: TokenFileSource;
  readonly caFile: string | null;
  /** The context that this comes from, or null. */
  readonly context: string | null;
}

/** What named the token file; `default`: nothing did. */
export type TokenFileSource = 'option' | 'environment' | 'context' | 'default';

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
  const named = options.context ?? (options.server === undefined ? envSetting(env, 'CONTEXT') : undefined);
  if (named !== undefined) return fromContext(named, { ...options, tokenFileFrom: 'option' }, cli);

  const server = options.server ?? envSetting(env, 'SERVER');
  const given = {
    tokenFile: options.tokenFile ?? envSetting(env, 'TOKEN_FILE'),
    tokenFileFrom: options.tokenFile === undefined ? ('environment' as const) : ('option' as const),
    caFile: options.caFile ?? envSetting(env, 'CA_FILE'),
  };
  if (server === undefined) {
    const { current } = readContexts(cli);
    if (current !== null) return fromContext(current, given, cli);
  }
  const what = options.server === undefined ? 'SYMBOLON_SERVER' : '--server';
  const url = readServerUrl(server ?? SETTINGS.SERVER.default, what);
  return {
    server: url,
    tokenFile: absolute(cli, given.tokenFile) ?? (isLoopbackUrl(url) ? localTokenFile(cli) : null),
    tokenFileFrom: given.tokenFile === undefined ? 'default' : given.tokenFileFrom,
    caFile: absolute(cli, given.caFile),
    context: null,
  };
}

interface GivenFiles {
  readonly tokenFile?: string | undefined;
  /** Where that comes from, if there is one. */
  readonly tokenFileFrom: TokenFileSource;
  readonly caFile?: string | undefined;
}

function fromContext(name: string, given: GivenFiles, cli: Cli): Connection {
  const context = demandContext(name, readContexts(cli).contexts);
  return {
    server: readServerUrl(context.server, `the server of context ${name}`),
    tokenFile: absolute(cli, given.tokenFile) ?? context.tokenFile,
    tokenFileFrom: given.tokenFile === undefined ? 'context' : given.tokenFileFrom,
    caFile: absolute(cli, given.caFile) ?? context.caFile,
    context: name,
  };
}

/** Where a broker on this machine puts the token that it makes for its first owner. */
function localTokenFile(cli: Cli): string {
  const file = envSetting(cli.env, 'ADMIN_TOKEN_FILE');
  return resolve(
    cli.cwd,
    file ?? join(envSetting(cli.env, 'DATA_DIR') ?? SETTINGS.DATA_DIR.default, SECRET_FILE_NAMES.adminToken),
  );
}

function absolute({ cwd }: Cli, path: string | undefined): string | null {
  return path === undefined ? null : resolve(cwd, path);
}
