import type { ObjectKey } from '@symbolon/core';
import type { CliOutput } from '../cli.ts';
import { nameOf } from '../kinds.ts';
import { paint } from '../paint.ts';
import { printable } from '../printable.ts';
import { type Place, placeText } from './manifest.ts';

/** An object that is to be deleted. */
export interface PlannedDeletion {
  readonly key: ObjectKey;
  /** Where a file names it; null: a command line does. */
  readonly place: Place | null;
  /** Of the state that was seen; null: there is no such object. */
  readonly etag: string | null;
  /** What the broker says is in the way now; empty unless it was asked. */
  readonly inTheWay: readonly string[];
}

/** A plan for people: what is deleted, in that order, and how many that is. */
export function deletionPlanText(
  deletions: readonly PlannedDeletion[],
  screen: Pick<CliOutput, 'hasColors'>,
): string {
  const lines = deletions.flatMap(({ key, place, etag, inTheWay }) => {
    const what = etag === null ? `= not there ${nameOf(key)}` : `- delete    ${nameOf(key)}`;
    const where = place === null ? '' : `  ${paint(screen, 'dim', `(${placeText(place)})`)}`;
    return [
      `${paint(screen, etag === null ? 'dim' : 'red', what)}${where}`,
      ...inTheWay.map((detail) => `    as things stand: ${printable(detail)}`),
    ];
  });
  const absent = deletions.filter(({ etag }) => etag === null).length;
  const rest = absent === 0 ? '' : `, ${absent} not there`;
  return `${[...lines, '', `Plan: ${deletions.length - absent} to delete${rest}.`].join('\n')}\n`;
}
