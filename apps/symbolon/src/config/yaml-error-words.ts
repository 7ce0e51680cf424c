/** Names of the parser's errors that people make; what it says of them itself repeats pieces of the file. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['DUPLICATE_KEY', 'this member is there already'],
  ['TAB_AS_INDENT', 'a tab cannot indent: use spaces'],
  ['BAD_INDENT', 'the indentation does not fit what is around it'],
  ['TAG_RESOLVE_FAILED', 'a tag that is not known'],
  ['MULTILINE_IMPLICIT_KEY', 'the name of a member must stand on one line: is a ":" missing?'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a value stands where the name of a member should: is a line break missing?'],
]);

/** What is wrong with a YAML text, without a piece of it, which may be a secret. */
export function yamlErrorWords(code: string): string {
  return WORDS.get(code) ?? `this is not YAML (${code})`;
}
