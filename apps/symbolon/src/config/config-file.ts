import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import { yamlErrorWords } from './yaml-error-words.ts';

/** The YAML file that `--config` names. */
export interface ConfigFile {
  /** As it was given: problems name it. */
  readonly path: string;
  readonly text: string;
}

export interface ReadConfigFile {
  readonly entries: readonly ConfigFileEntry[];
  /** One line each, without any value. Where there is one, what the file says is not known as a whole. */
  readonly problems: readonly string[];
}

export interface ConfigFileEntry {
  readonly key: string;
  readonly text: string;
  /** The key with its file and line, as a problem names it. */
  readonly where: string;
}

/** Reads keys and plain values, every one as text, and finds all that is neither. */
export function readConfigFile({ path, text }: ConfigFile): ReadConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    // Found below, where the others are: each problem is told beside the rest.
    uniqueKeys: false,
    schema: 'failsafe',
  });
  const at = (offset = 0) => `${path} line ${lines.linePos(offset).line}`;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ code, pos }) => `${at(pos[0])}: ${yamlErrorWords(code)}`);
    return { entries: [], problems: [...new Set(problems)] };
  }
  const { contents } = document;
  if (isNothing(contents)) return { entries: [], problems: [] };
  if (!isMap<Node, Node | null>(contents)) {
    return {
      entries: [],
      problems: [`${path} must map setting names to plain values, such as "LISTEN: 127.0.0.1:8080"`],
    };
  }
  return readPairs(contents.items, document, at);
}

function readPairs(
  pairs: readonly Pair<Node, Node | null>[],
  document: Document.Parsed,
  at: (offset: number | undefined) => string,
): ReadConfigFile {
  const entries: ConfigFileEntry[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { key, value } of pairs) {
    const place = at(key.range?.[0]);
    const name = plainText(key, document);
    const text = plainText(value, document);
    if (name !== null && seen.has(name)) problems.push(`${name} (${place}) is there already`);
    else if (name === null) problems.push(`${place}: the name of a setting must be a plain word`);
    else if (text === null) problems.push(`${name} (${place}) must be a plain value, not a list or a map`);
    else entries.push({ key: name, text, where: `${name} (${place})` });
    if (name !== null) seen.add(name);
  }
  return { entries, problems };
}

function plainText(node: Node | null, document: Document.Parsed): string | null {
  const found = isAlias(node) ? node.resolve(document) : node;
  return isScalar(found) && typeof found.value === 'string' ? found.value : null;
}

/** A file that is empty, or has comments alone. */
function isNothing(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && contents.value === '' && contents.type === 'PLAIN');
}
