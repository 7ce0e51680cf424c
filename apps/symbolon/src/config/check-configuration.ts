import { join } from 'node:path';
import {
  type GivenSettings,
  readGivenSettings,
  type SettingOrigin,
  type SettingSources,
  whereOf,
} from './given-settings.ts';
import { isLoopbackHost, originOf } from './listen-address.ts';
import { judgeConfig } from './load-config.ts';
import { type RunOptions, SINGLE_PROCESS } from './run-options.ts';
import { REDACTED } from './secret.ts';
import { SECRET_FILE_NAMES } from './secret-file-names.ts';
import { SETTING_PREFIX, SETTINGS, type Setting, type SettingName } from './settings.ts';

export interface EffectiveSetting {
  /** The environment variable; without `SYMBOLON_` the key of the file. */
  readonly variable: string;
  /** Null: none, or what was given cannot be used; then it is not shown, for it may be a secret in the wrong place. */
  readonly value: string | null;
  readonly origin: SettingOrigin | `context ${string}`;
  readonly scope: 'serve' | 'cli' | 'both';
}

export interface CheckedConfiguration {
  /** None where the file is broken: nobody can tell what it was to set. */
  readonly settings: readonly EffectiveSetting[];
  /** All of them, one line each, without a value. */
  readonly problems: readonly string[];
}

const NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Every setting as it is in force, with where it comes from, for the broker and for the commands alike. */
export function checkConfiguration(
  sources: SettingSources,
  run: RunOptions = SINGLE_PROCESS,
): CheckedConfiguration {
  const { given, isFileBroken, problems } = readGivenSettings(sources);
  const ofCommands = NAMES.filter((name) => SETTINGS[name].scope === 'cli').flatMap((name) => {
    const { error } = SETTINGS[name].schema.safeParse(given.get(name)?.text);
    return error?.issues.map(({ message }) => `${whereOf(name, given)} ${message}`) ?? [];
  });
  return {
    settings: (isFileBroken ? [] : NAMES).map((name) => ({
      variable: `${SETTING_PREFIX}${name}`,
      value: effectiveValue(name, given),
      origin: given.get(name)?.origin ?? 'default',
      scope: SETTINGS[name].scope,
    })),
    problems: [...problems, ...judgeConfig(given, run).problems, ...ofCommands],
  };
}

function effectiveValue(name: SettingName, given: GivenSettings['given']): string | null {
  const text = given.get(name)?.text;
  if (text !== undefined) return shown(SETTINGS[name], text);
  switch (name) {
    case 'ISSUER':
      return boundIssuer(given);
    case 'DATA_DIR':
      return given.has('DATABASE_URL') ? null : SETTINGS[name].default;
    case 'KEK_FILE':
      return inDataDir(SECRET_FILE_NAMES.kek, given);
    case 'ADMIN_TOKEN_FILE':
      return inDataDir(SECRET_FILE_NAMES.adminToken, given);
    case 'TOKEN_FILE':
      return effectiveValue('ADMIN_TOKEN_FILE', given);
    default:
      return SETTINGS[name].schema.safeParse(undefined).data === undefined ? null : SETTINGS[name].default;
  }
}

function shown({ schema, isSecret }: Setting, text: string): string | null {
  if (!schema.safeParse(text).success) return null;
  return isSecret === true ? REDACTED : text;
}

function inDataDir(file: string, given: GivenSettings['given']): string | null {
  const folder = effectiveValue('DATA_DIR', given);
  return folder === null ? null : join(folder, file);
}

/** The address of the gateway; null where that is known only once it is bound. */
function boundIssuer(given: GivenSettings['given']): string | null {
  const { success, data } = SETTINGS.LISTEN.schema.safeParse(given.get('LISTEN')?.text);
  const protocol = given.has('TLS_CERT_FILE') ? 'https' : 'http';
  return success && data.port !== 0 && isLoopbackHost(data.host) ? originOf(data, protocol) : null;
}
