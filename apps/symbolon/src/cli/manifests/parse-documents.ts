import type { JsonValue } from '@symbolon/core';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import { yamlErrorWords } from '../../config/yaml-error-words.ts';
import type { FileProblem, Place } from './manifest.ts';

/** One value of a file that should be an object's, and where its parts stand. */
export interface WrittenValue {
  readonly value: JsonValue;
  readonly place: Place;
  /** The place of what a path leads to, or of the nearest part around it that is there. */
  placeOf(path: readonly string[]): Place;
}

export interface ParsedFile {
  readonly values: readonly WrittenValue[];
  readonly problems: readonly FileProblem[];
}

/** Reads the documents of one file; a list at the top of a document counts as so many documents. */
export function parseDocuments(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
  }) as readonly Document.Parsed[];
  const at = (offset: number | undefined): Place => ({
    file,
    line: offset === undefined ? null : lines.linePos(offset).line,
  });
  const problems: FileProblem[] = [];
  const values: WrittenValue[] = [];
  for (const document of documents) {
    const found = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
      place: at(pos[0]),
      detail: yamlErrorWords(code),
    }));
    for (const problem of found) problems.push(problem);
    if (found.length === 0) for (const value of valuesOf(document, at, problems)) values.push(value);
  }
  return { values, problems };
}

function valuesOf(
  document: Document.Parsed,
  at: (offset: number | undefined) => Place,
  problems: FileProblem[],
): readonly WrittenValue[] {
  const { contents } = document;
  if (contents === null) return [];
  let json: JsonValue;
  try {
    // Few aliases are a convenience; many are how a small file becomes a large one.
    json = document.toJS({ maxAliasCount: 50 }) as JsonValue;
    // Throws of an alias that leads into itself.
    JSON.stringify(json);
  } catch {
    problems.push({ place: at(contents.range[0]), detail: 'its aliases cannot be followed' });
    return [];
  }
  const written = (node: Node | null, value: JsonValue): WrittenValue => ({
    value,
    place: at(node?.range?.[0]),
    placeOf: (path) => at(offsetOf(document, node, path)),
  });
  if (!isSeq(contents)) return json === null ? [] : [written(contents, json)];
  const elements = json as readonly JsonValue[];
  return contents.items.map((item, index) => written(item as Node, elements[index] ?? null));
}

function offsetOf(document: Document, start: Node | null, path: readonly string[]): number | undefined {
  let node: Node | null = start;
  let offset = node?.range?.[0];
  for (const step of path) {
    const found = stepInto(isAlias(node) ? (node.resolve(document) ?? null) : node, step);
    if (found === null) return offset;
    offset = found.offset ?? offset;
    node = found.node;
  }
  return offset;
}

/** What a member's name or an element's index leads to; a member is found where its name stands. */
function stepInto(
  node: Node | null,
  step: string,
): { readonly node: Node | null; readonly offset: number | undefined } | null {
  if (isMap<Node, Node | null>(node)) {
    for (const { key, value } of node.items) {
      if (isScalar(key) && String(key.value) === step) return { node: value, offset: key.range?.[0] };
    }
    return null;
  }
  const element = isSeq<Node>(node) ? node.items[Number(step)] : undefined;
  return element === undefined ? null : { node: element, offset: element.range?.[0] };
}
