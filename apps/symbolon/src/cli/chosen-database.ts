import type { z } from 'zod';
import { readGivenSettings, whereOf } from '../config/given-settings.ts';
import { ConfigError, type StorageConfig } from '../config/load-config.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Cli } from './cli.ts';
import { readConfigOption } from './read-text.ts';

export interface ChosenDatabase {
  readonly storage: StorageConfig;
  /** The setting that chose it, as it was given: what it holds may be a password, and is not shown. */
  readonly where: string;
}

/**
 * The database that a command works on itself, without a broker: that of MIGRATE_DATABASE_URL, else of DATABASE_URL, else
 * the embedded one in DATA_DIR. No other setting need be right, for the machine that migrates need not be the broker's.
 * Throws `ConfigError` and `CliFailure`.
 */
export function chooseDatabase(
  cli: Pick<Cli, 'env' | 'cwd'>,
  configPath: string | undefined,
): ChosenDatabase {
  const { given, problems } = readGivenSettings({ env: cli.env, file: readConfigOption(cli, configPath) });
  if (problems.length > 0) throw new ConfigError(problems);
  for (const name of ['MIGRATE_DATABASE_URL', 'DATABASE_URL'] as const) {
    const setting = given.get(name);
    if (setting === undefined) continue;
    const url = parsed(SETTINGS[name].schema.safeParse(setting.text), setting.where);
    if (url !== undefined) return { storage: { kind: 'postgres', url }, where: setting.where };
  }
  const where = whereOf('DATA_DIR', given);
  const dataDir = parsed(SETTINGS.DATA_DIR.schema.safeParse(given.get('DATA_DIR')?.text), where);
  return { storage: { kind: 'embedded', dataDir }, where };
}

function parsed<T>(result: z.ZodSafeParseResult<T>, where: string): T {
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map(({ message }) => `${where} ${message}`));
}
