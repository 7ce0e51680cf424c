import type { Kind, ObjectKey } from '@symbolon/core';
import { ADMIN_BASE_PATH, collectionPath, KIND_PATHS, objectPath } from '@symbolon/protocol';
import { type CliFailure, refused, wrongUsage } from './cli-failure.ts';
import { nearestName } from './nearest-name.ts';

/** What `get` can list: the kinds of files, and the tombstones that they leave. */
export type ListedKind = Kind | 'Tombstone';

interface KindWords {
  /** As it is shown; then every other word that is taken for it, in any letter case. */
  readonly plural: string;
  readonly words: readonly string[];
}

/** In the order in which one kind needs another: `apply` goes from first to last, `delete` from last to first. */
export const KIND_WORDS = {
  Cluster: { plural: 'clusters', words: ['cluster'] },
  IdentitySystem: {
    plural: 'identity-systems',
    words: ['identity-system', 'systems', 'system', 'sys', 'identitysystem'],
  },
  Target: { plural: 'targets', words: ['target'] },
  MappingRule: { plural: 'rules', words: ['rule', 'mapping-rules', 'mapping-rule', 'mappingrule'] },
  Revocation: { plural: 'revocations', words: ['revocation', 'rev'] },
  Tombstone: { plural: 'tombstones', words: ['tombstone', 'tomb'] },
} as const satisfies { readonly [K in ListedKind]: KindWords };

export const LISTED_KINDS = Object.keys(KIND_WORDS) as readonly ListedKind[];

/** The kinds of files, in their order. */
export const OBJECT_KINDS = Object.keys(KIND_PATHS).toSorted(
  (a, b) => LISTED_KINDS.indexOf(a as Kind) - LISTED_KINDS.indexOf(b as Kind),
) as readonly Kind[];

/** Reads the name of a kind as people write it. */
export function readKind<K extends ListedKind>(word: string, among: readonly K[]): K {
  const wanted = word.toLowerCase();
  const found = among.find((kind) => wordsOf(kind).includes(wanted));
  if (found !== undefined) return found;
  const known = among.map((kind) => KIND_WORDS[kind].plural);
  throw wrongUsage(
    `${JSON.stringify(word)} is no kind`,
    ...nearestName(wanted, among.flatMap(wordsOf)),
    `The kinds are ${known.join(', ')}.`,
  );
}

function wordsOf(kind: ListedKind): readonly string[] {
  const { plural, words } = KIND_WORDS[kind];
  return [plural, ...words];
}

export function isOwned(kind: ListedKind): kind is 'Target' | 'MappingRule' {
  return kind === 'Target' || kind === 'MappingRule';
}

/** The path of a collection under the base of the admin API. */
export function collectionOf(kind: Kind, system: string | undefined): string {
  return collectionPath({ kind, identitySystem: system ?? null }).slice(ADMIN_BASE_PATH.length);
}

/** What is named on a command line: an owned object needs its owner. */
export function keyOf(kind: Kind, name: string, system: string | undefined): ObjectKey {
  if (isOwned(kind) && system === undefined) {
    throw wrongUsage(
      `${KIND_WORDS[kind].words[0]} ${name} belongs to an identity system`,
      'Name it: --system NAME.',
    );
  }
  return { kind, name, identitySystem: isOwned(kind) ? (system ?? null) : null };
}

export function noSuchObject(key: ObjectKey): CliFailure {
  const { plural } = KIND_WORDS[key.kind];
  const system = key.identitySystem === null ? '' : ` --system ${key.identitySystem}`;
  return refused(`there is no ${nameOf(key)}`, `"symbolon get ${plural}${system}" shows those that are.`);
}

/** The path of an object under the base of the admin API. */
export function pathOf(key: ObjectKey): string {
  return objectPath(key).slice(ADMIN_BASE_PATH.length);
}

/** `MappingRule myidsystem/web-tier`, as messages call an object. */
export function nameOf({ kind, identitySystem, name }: ObjectKey): string {
  return `${kind} ${identitySystem === null ? '' : `${identitySystem}/`}${name}`;
}
