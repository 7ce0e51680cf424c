import type { Kind, ObjectKey } from '@symbolon/core';
import type { JsonRecord } from '../json-body.ts';

/**
 * What somebody wrote of an object in a file: YAML or JSON of `kind`, `name`, `identitySystem` where it is owned,
 * `labels`, `description` and `spec`. This folder reads files into manifests and finds everything that is wrong with
 * them before anything is sent; it knows no broker. Every problem has its file and line.
 */
export interface Manifest<K extends Kind = Kind> {
  readonly key: ObjectKey<K>;
  /** The body of the admin API: the spec with `labels` and `description`. */
  readonly body: JsonRecord;
  /** The same with every default in place. */
  readonly bodyWithDefaults: JsonRecord;
  readonly place: Place;
  /** Where a JSON pointer into the body stands in the file. */
  placeOf(pointer: string): Place;
}

export interface Place {
  readonly file: string;
  /** From 1; null: the file as a whole. */
  readonly line: number | null;
}

export interface FileProblem {
  readonly place: Place;
  readonly detail: string;
}

export function placeText({ file, line }: Place): string {
  return line === null ? file : `${file}:${line}`;
}
