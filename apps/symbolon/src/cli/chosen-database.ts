import { readGivenSettings } from '../config/given-settings.ts';
import { ConfigError, type StorageConfig } from '../config/load-config.ts';
import { SETTING_PREFIX, SETTINGS } from '../config/settings.ts';
import type { Cli } from './cli.ts';
import { readTextFile } from './read-text.ts';

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
  const file =
    configPath === undefined
      ? null
      : { path: configPath, text: readTextFile(cli, configPath, 'the configuration file') };
  const { given, problems } = readGivenSettings({ env: cli.env, file });
  if (problems.length > 0) throw new ConfigError(problems);
  for (const name of ['MIGRATE_DATABASE_URL', 'DATABASE_URL'] as const) {
    const setting = given.get(name);
    if (setting === undefined) continue;
    const url = parsed(SETTINGS[name].schema.safeParse(setting.text), setting.where);
    if (url !== undefined) return { storage: { kind: 'postgres', url }, where: setting.where };
  }
  const setting = given.get('DATA_DIR');
  const where = setting?.where ?? `${SETTING_PREFIX}DATA_DIR`;
  const dataDir = parsed(SETTINGS.DATA_DIR.schema.safeParse(setting?.text), where);
  return { storage: { kind: 'embedded', dataDir }, where };
}

function parsed<T>(
  result:
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly message: string }[] };
      },
  where: string,
): T {
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map(({ message }) => `${where} ${message}`));
}
