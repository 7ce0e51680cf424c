import { SETTING_PREFIX, type SettingName } from './settings.ts';

/** What the environment says of a setting. An empty variable counts as none, as everywhere in a shell. */
export function envSetting(
  env: Readonly<Record<string, string | undefined>>,
  name: SettingName,
): string | undefined {
  return env[`${SETTING_PREFIX}${name}`] || undefined;
}
