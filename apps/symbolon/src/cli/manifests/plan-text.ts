import { isJsonObject, type JsonValue } from '@symbolon/core';
import { structuredPatch } from 'diff';
import type { CliOutput } from '../cli.ts';
import { nameOf } from '../kinds.ts';
import { toYaml } from '../output.ts';
import { paint } from '../paint.ts';
import { printable } from '../printable.ts';
import { placeText } from './manifest.ts';
import type { PlannedChange } from './plan-apply.ts';

type Screen = Pick<CliOutput, 'hasColors'>;

const MARKS = {
  create: { mark: '+', color: 'green' },
  change: { mark: '~', color: 'yellow' },
  unchanged: { mark: '=', color: 'dim' },
} as const satisfies Record<PlannedChange['operation'], object>;

const CONTEXT_LINES = 2;

/** A plan for people: what happens to each object, line by line, and how many of each. */
export function planText(changes: readonly PlannedChange[], screen: Screen): string {
  const lines = changes.flatMap((change) => [
    headLine(change, screen),
    ...unjudgedLines(change, screen),
    ...diffLines(change, screen),
  ]);
  return `${[...lines, '', countLine(changes)].join('\n')}\n`;
}

function headLine({ manifest, operation }: PlannedChange, screen: Screen): string {
  const { mark, color } = MARKS[operation];
  const what = `${mark} ${operation.padEnd(9)} ${nameOf(manifest.key)}`;
  return `${paint(screen, color, what)}  ${paint(screen, 'dim', `(${printable(placeText(manifest.place))})`)}`;
}

/** Whoever says yes to a plan must know what of it can still be refused. */
function unjudgedLines({ manifest, isJudged }: PlannedChange, screen: Screen): readonly string[] {
  if (isJudged) return [];
  const words = `judged when IdentitySystem ${manifest.key.identitySystem} is there: it may be refused then`;
  return [paint(screen, 'yellow', `    ${words}`)];
}

/** Two texts of the same form, so that a member that moved is no change. */
function diffLines({ before, after, operation }: PlannedChange, screen: Screen): readonly string[] {
  if (operation === 'unchanged') return [];
  const was = before === null ? '' : toYaml(inOrderOf(before, after));
  const patch = structuredPatch('', '', was, toYaml(after), '', '', { context: CONTEXT_LINES });
  return patch.hunks.flatMap(({ lines }, index) => [
    ...(index === 0 ? [] : ['      ...']),
    ...lines.filter((line) => !line.startsWith('\\')).map((line) => diffLine(line, screen)),
  ]);
}

/** The same value with its members in the order of another's: labels are stored in one of the database's own. */
function inOrderOf(value: JsonValue, model: JsonValue | undefined): JsonValue {
  if (!isJsonObject(value) || !isJsonObject(model)) return value;
  const names = [...new Set([...Object.keys(model), ...Object.keys(value)])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [[name, inOrderOf(member, model[name])]];
    }),
  );
}

function diffLine(line: string, screen: Screen): string {
  const text = `    ${line.slice(0, 1)} ${line.slice(1)}`;
  if (line.startsWith('+')) return paint(screen, 'green', text);
  return line.startsWith('-') ? paint(screen, 'red', text) : text;
}

function countLine(changes: readonly PlannedChange[]): string {
  const count = (operation: PlannedChange['operation']) =>
    changes.filter((change) => change.operation === operation).length;
  return `Plan: ${count('create')} to create, ${count('change')} to change, ${count('unchanged')} unchanged.`;
}
