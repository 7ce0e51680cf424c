import type { JsonValue } from './objects.ts';

/** What begins a variable, a placeholder or a pattern in the policy languages that relying parties put claims into. */
const MEANINGFUL = /[$`{}*?]/;

/**
 * Whether text that is anywhere in the claims of a rule, names included, reads as a template. Claims are literals:
 * nothing is put into them here, so `${...}` or `{{...}}` would reach a relying party as it stands, and be filled in
 * there by whatever it means to it.
 */
export function holdsPlaceholder(value: JsonValue): boolean {
  if (typeof value === 'string') return MEANINGFUL.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, member]: [string, JsonValue]) => MEANINGFUL.test(name) || holdsPlaceholder(member),
  );
}
