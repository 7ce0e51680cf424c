import { BROKER_SETTINGS, CLI_SETTINGS, SETTING_PREFIX, type Setting } from '../src/config/settings.ts';
import { code, page, table } from './markdown.ts';

/** Every setting of the broker and of the commands. */
export function configurationPage(): string {
  return page(
    'Configuration',
    `Settings are environment variables, or the same keys without \`${SETTING_PREFIX}\` in the YAML file that ` +
      '`--config` names; the environment wins. All problems are reported at once, and a key that does not exist is ' +
      'refused. Variables that Kubernetes sets for a Service of our name, such as `SYMBOLON_PORT`, are passed over. ' +
      '`symbolon config check` shows the effective values and where each comes from.',
    '## The broker',
    settings(BROKER_SETTINGS),
    '## The commands',
    settings(CLI_SETTINGS),
  );
}

function settings(registry: Readonly<Record<string, Setting>>): string {
  const rows = Object.entries(registry).map(([name, { describe, range, default: byDefault, scope }]) => [
    code(`${SETTING_PREFIX}${name}`),
    byDefault,
    range,
    scope === 'both' ? `${describe} Read by the broker and by the commands.` : describe,
  ]);
  return table(['variable', 'default', 'values', 'what'], rows);
}
