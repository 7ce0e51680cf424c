/**
 * The names and patterns that operators may write, each judged over its whole value. Nothing is folded, trimmed or
 * normalised: the form that is stored is the form that is compared, so two spellings never become one.
 */

/** What a name stands for; the alphabet and length of each are those of the system that gives the name. */
export type NameKind = 'cluster' | 'namespace' | 'serviceAccount' | 'target' | 'audience';

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Systems that nobody may own: their subjects would read as the broker's own. */
const RESERVED_SYSTEM_NAMES: ReadonlySet<string> = new Set(['symbolon']);

/** RFC 1123 label as Kubernetes has it: at most 63 of `a-z 0-9 -`, beginning and ending with a letter or digit. */
export function isDnsLabel(value: string): boolean {
  return value.length <= 63 && LABEL.test(value);
}

/** RFC 1123 subdomain as Kubernetes has it: labels joined by dots, at most 253 in all, no limit on a single label. */
export function isDnsSubdomain(value: string): boolean {
  return value.length <= 253 && value.split('.').every((label) => LABEL.test(label));
}

export function isIdentitySystemName(value: string): boolean {
  return isDnsLabel(value) && !RESERVED_SYSTEM_NAMES.has(value);
}

/** A label has no dot and no slash, so `<system>.shared/<name>` is spelled by nothing else. */
export function isSharedSubjectName(value: string): boolean {
  return isDnsLabel(value);
}

/**
 * A value of `audience` or `resource` that a target may claim: visible ASCII, at most 255. No `*`, which only patterns
 * hold; no `"` or `\`, which would need escaping wherever the value is shown.
 */
export function isAudience(value: string): boolean {
  return value.length <= 255 && VISIBLE_ASCII.test(value) && !/[*"\\]/.test(value);
}

/** scope-token of RFC 6749 §3.3, at most 255. `*` alone is what a rule writes for "those of the target". */
export function isScopeToken(value: string): boolean {
  return value.length <= 255 && value !== '*' && SCOPE_TOKEN.test(value);
}

export function isNameOf(kind: NameKind, value: string): boolean {
  switch (kind) {
    case 'cluster':
    case 'namespace':
    case 'target':
      return isDnsLabel(value);
    case 'serviceAccount':
      return isDnsSubdomain(value);
    case 'audience':
      return isAudience(value);
  }
}

/**
 * An exact name of the kind, or a glob whose `*` stands for one or more characters. A pattern that no name of its kind
 * could match is refused, which is exactly one that is no name with a letter in place of each `*`. `**` is refused, so
 * that a pattern has one spelling.
 */
export function isGlobOf(kind: NameKind, pattern: string): boolean {
  return !pattern.includes('**') && isNameOf(kind, pattern.replaceAll('*', 'a'));
}
