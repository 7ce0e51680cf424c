import {
  type CheckedConfiguration,
  checkConfiguration,
  type EffectiveSetting,
} from '../config/check-configuration.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './cli-failure.ts';
import { type Connection, resolveConnection } from './connection.ts';

/**
 * Puts in place of the commands' own settings what the commands make of them: they read no configuration file, and a
 * context may hold instead of the environment. A context that cannot be used is a problem.
 */
export function withCommandSettings(checked: CheckedConfiguration, cli: Cli): CheckedConfiguration {
  const ofCommands = new Map(
    checkConfiguration({ env: cli.env, file: null })
      .settings.filter(({ scope }) => scope === 'cli')
      .map((setting) => [setting.variable, setting]),
  );
  const settings = checked.settings.map((setting) => ofCommands.get(setting.variable) ?? setting);
  try {
    const connection = resolveConnection({}, cli);
    return { ...checked, settings: settings.map((setting) => asResolved(setting, connection, cli)) };
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    // A server that cannot be used is among the problems already.
    const isKnown = error.message.startsWith('SYMBOLON_SERVER ');
    return { settings, problems: isKnown ? checked.problems : [...checked.problems, error.message] };
  }
}

function asResolved(setting: EffectiveSetting, connection: Connection, { env }: Cli): EffectiveSetting {
  const { variable } = setting;
  const { context, server, tokenFile, caFile } = connection;
  // No token is assumed for a server elsewhere.
  if (context === null)
    return variable === 'SYMBOLON_TOKEN_FILE' && tokenFile === null ? { ...setting, value: null } : setting;
  const values: Readonly<Record<string, string | null>> = {
    SYMBOLON_SERVER: server.href.replace(/\/$/, ''),
    SYMBOLON_TOKEN_FILE: tokenFile,
    SYMBOLON_CA_FILE: caFile,
    SYMBOLON_CONTEXT: context,
  };
  const value = values[variable];
  // A context that is named outright holds as a whole, and one in use only where the environment says nothing.
  const isOfEnvironment =
    Boolean(env[variable]) && (variable === 'SYMBOLON_CONTEXT' || !env.SYMBOLON_CONTEXT);
  return value === undefined || isOfEnvironment
    ? setting
    : { ...setting, value, origin: `context ${context}` };
}
