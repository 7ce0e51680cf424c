import { nearest } from '@symbolon/core';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { SETTING_PREFIX, SETTINGS, type SettingName } from './settings.ts';

export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the YAML file, or null without `--config`. The environment wins over it. */
  readonly file: string | null;
}

export type SettingOrigin = 'default' | 'environment' | 'file';

/** A text that was given for a setting, not checked yet. */
export interface GivenSetting {
  readonly text: string;
  readonly origin: Exclude<SettingOrigin, 'default'>;
}

export interface GivenSettings {
  readonly given: ReadonlyMap<SettingName, GivenSetting>;
  /** One line each, without any value: a value may be a secret in the wrong place. */
  readonly problems: readonly string[];
}

/** Reads environment and file. What is there and is no setting is a problem, so that nothing is silently ignored. */
export function readGivenSettings({ env, file }: SettingSources): GivenSettings {
  const problems: string[] = [];
  const given = new Map([...fromFile(file, problems), ...fromEnvironment(env, problems)]);
  return { given, problems };
}

function* fromEnvironment(
  env: SettingSources['env'],
  problems: string[],
): Generator<[SettingName, GivenSetting]> {
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || !variable.startsWith(SETTING_PREFIX)) continue;
    const name = variable.slice(SETTING_PREFIX.length);
    if (isSetting(name)) yield [name, { text, origin: 'environment' }];
    else if (!isServiceLink(name))
      problems.push(unknownLine(variable, `${SETTING_PREFIX}${nearestSetting(name)}`));
  }
}

function* fromFile(text: string | null, problems: string[]): Generator<[SettingName, GivenSetting]> {
  if (text === null) return;
  let document: unknown;
  try {
    document = parseYaml(text, { strict: true, uniqueKeys: true, schema: 'failsafe' });
  } catch {
    problems.push('the configuration file is not YAML');
    return;
  }
  const shape = z.record(z.string(), z.string()).safeParse(document ?? {});
  if (!shape.success) {
    problems.push(
      'the configuration file must map setting names to plain values, such as "LISTEN: 127.0.0.1:8080"',
    );
    return;
  }
  for (const [name, value] of Object.entries(shape.data)) {
    if (isSetting(name)) yield [name, { text: value, origin: 'file' }];
    else problems.push(unknownLine(`${name} in the configuration file`, nearestSetting(name)));
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

function nearestSetting(name: string): string {
  return nearest(name.replace(SETTING_PREFIX, ''), Object.keys(SETTINGS)).candidate;
}

function unknownLine(what: string, suggestion: string): string {
  return `${what} is not a setting; the nearest one is ${suggestion}`;
}
