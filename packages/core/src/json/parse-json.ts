import type { JsonValue } from '../mapping/objects.ts';

export type ParsedJson =
  | { readonly kind: 'parsed'; readonly value: JsonValue }
  | { readonly kind: 'malformed' }
  /** `pointer` (RFC 6901) names the member that came a second time. */
  | { readonly kind: 'duplicate_member'; readonly pointer: string }
  | { readonly kind: 'too_deep' };

/** Far above what a token or an object of the admin API needs, far below what recursion over the value could not bear. */
const DEFAULT_MAX_DEPTH = 32;

/**
 * Reads a JSON text (RFC 8259) in which no object has two members of one name: readers differ in which of the two
 * they take, so what one component checked could be something else to the next (RFC 7515 §4, RFC 8725 §3). Names
 * are equal when they are so after their escapes are decoded. A scalar has depth 0, `[]` and `{}` have depth 1.
 * A member `__proto__` is a member like any other: it never becomes the prototype of the value.
 */
export function parseJson(text: string, options: { readonly maxDepth?: number } = {}): ParsedJson {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { kind: 'malformed' };
  }
  return findFlaw(text, options.maxDepth ?? DEFAULT_MAX_DEPTH) ?? { kind: 'parsed', value };
}

/** An open array (`names` null) or object, and where in it the scan is. */
interface Container {
  readonly names: Set<string> | null;
  index: number;
  name: string;
  expectsName: boolean;
}

/** One pass over a text that is known to be JSON, so that only strings and structure need telling apart. */
function findFlaw(text: string, maxDepth: number): ParsedJson | null {
  const open: Container[] = [];
  let current: Container | undefined;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (current?.names && current.expectsName) {
          current.name = decodeString(text.slice(at, end));
          current.expectsName = false;
          if (current.names.has(current.name)) return { kind: 'duplicate_member', pointer: pointerTo(open) };
          current.names.add(current.name);
        }
        at = end - 1;
        break;
      }
      case '{':
      case '[': {
        const names = text[at] === '{' ? new Set<string>() : null;
        current = { names, index: 0, name: '', expectsName: names !== null };
        open.push(current);
        if (open.length > maxDepth) return { kind: 'too_deep' };
        break;
      }
      case '}':
      case ']':
        open.pop();
        current = open.at(-1);
        break;
      case ',':
        if (current === undefined) break;
        current.index += 1;
        current.expectsName = current.names !== null;
        break;
      default:
    }
  }
  return null;
}

/** The index after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

/** Whether an odd number of backslashes stands before it: two of them are one that escapes nothing. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}

function decodeString(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function pointerTo(open: readonly Container[]): string {
  return open
    .map(({ names, name, index }) => (names === null ? String(index) : name))
    .map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
