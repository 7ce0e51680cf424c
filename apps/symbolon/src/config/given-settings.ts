import { meantWord } from '@symbolon/core';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { SETTING_PREFIX, SETTINGS, type SettingName } from './settings.ts';

export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null without `--config`. The environment wins over it. */
  readonly file: ConfigFile | null;
}

export type SettingOrigin = 'default' | 'environment' | 'file';

/** A text that was given for a setting, not checked yet. */
export interface GivenSetting {
  readonly text: string;
  readonly origin: Exclude<SettingOrigin, 'default'>;
  /** The variable, or the key with its file and line: how a problem names it. */
  readonly where: string;
}

export interface GivenSettings {
  readonly given: ReadonlyMap<SettingName, GivenSetting>;
  /** Not all that the file was to say is in `given`, so a setting that is missing there need not be at its default. */
  readonly isFileBroken: boolean;
  /** One line each, without any value: a value may be a secret in the wrong place. */
  readonly problems: readonly string[];
}

/** How a problem names a setting, given or not. */
export function whereOf(name: SettingName, given: GivenSettings['given']): string {
  return given.get(name)?.where ?? `${SETTING_PREFIX}${name}`;
}

/** Reads environment and file. What is there and is no setting is a problem, so that nothing is silently ignored. */
export function readGivenSettings({ env, file }: SettingSources): GivenSettings {
  const { entries, problems: ofFile } = file === null ? { entries: [], problems: [] } : readConfigFile(file);
  const problems = [...ofFile];
  const given = new Map<SettingName, GivenSetting>();
  for (const { key, text, where } of entries) {
    if (isSetting(key)) given.set(key, { text, origin: 'file', where });
    else problems.push(unknownLine(where, key, ''));
  }
  for (const [name, setting] of fromEnvironment(env, problems)) given.set(name, setting);
  return { given, isFileBroken: ofFile.length > 0, problems };
}

function* fromEnvironment(
  env: SettingSources['env'],
  problems: string[],
): Generator<[SettingName, GivenSetting]> {
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || !variable.startsWith(SETTING_PREFIX)) continue;
    const name = variable.slice(SETTING_PREFIX.length);
    if (isSetting(name)) yield [name, { text, origin: 'environment', where: variable }];
    else if (!isServiceLink(name)) problems.push(unknownLine(variable, name, SETTING_PREFIX));
  }
}

/**
 * Kubernetes injects such variables for every Service beside a pod: one that shares our name must not disturb a
 * start. No setting of ours may end like one (settings.test.ts).
 */
export function isServiceLink(name: string): boolean {
  return /(^|_)(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_\d+_.*)$/.test(name);
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Names the setting that was most likely meant, where most of what was written is right. */
function unknownLine(where: string, name: string, prefix: string): string {
  const line = `${where} is not a setting`;
  const meant = meantWord(name.replace(SETTING_PREFIX, ''), Object.keys(SETTINGS));
  return meant === null ? line : `${line}. Did you mean ${prefix}${meant}?`;
}
