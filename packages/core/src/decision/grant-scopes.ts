import type { CompiledRule } from './compile-rule.ts';
import type { CompiledTarget } from './compile-targets.ts';

/**
 * Requested ∩ rule ∩ target, in the order of the request, or, where none was requested, of the target. Scopes are
 * whole strings: none is a part of, or a pattern for, another. Null: something was requested and nothing is left.
 */
export function grantScopes(
  requested: readonly string[],
  rule: CompiledRule,
  target: CompiledTarget,
): readonly string[] | null {
  const permitted = new Set(permittedScopes(rule, target));
  if (requested.length === 0) return [...permitted];
  const granted = [...new Set(requested)].filter((scope) => permitted.has(scope));
  return granted.length === 0 ? null : granted;
}

function permittedScopes(rule: CompiledRule, target: CompiledTarget): readonly string[] {
  const { scopes } = rule;
  if (scopes === null) return [];
  if (scopes.length === 1 && scopes[0] === '*') return target.scopes;
  return target.scopes.filter((scope) => scopes.includes(scope));
}
