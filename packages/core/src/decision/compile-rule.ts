import { holdsPlaceholder } from '../mapping/claim-placeholder.ts';
import { compilePattern, type Pattern, type Patterns } from '../mapping/glob.ts';
import { parseInstantMs } from '../mapping/instant.ts';
import { isGlobOf, type NameKind } from '../mapping/names.ts';
import type { JsonValue, MappingRuleSpec } from '../mapping/objects.ts';
import { isRuleClaimName } from '../mapping/reserved-claims.ts';
import type { RulePatterns } from '../mapping/specificity.ts';
import type { Fault } from './policy-fault.ts';

/** A mapping rule as decisions read it. Only rules that can decide something are compiled into one. */
export interface CompiledRule extends RulePatterns {
  readonly name: string;
  readonly allows: boolean;
  readonly priority: number;
  readonly serviceAccountUid: string | null;
  readonly allowsDefaultServiceAccount: boolean;
  readonly window: RuleWindow;
  readonly sharedSubject: string | null;
  /** Null: no scope. */
  readonly scopes: readonly string[] | null;
  readonly claims: { readonly [name: string]: JsonValue };
  /** Null: the target's default. */
  readonly ttlSeconds: number | null;
}

/** Unix seconds; in force from the first up to but not including the second. */
interface RuleWindow {
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
}

/** `rule` is null for one that never decides: disabled, in shadow, or an allow that is not fit for use. */
interface RuleCompilation {
  readonly rule: CompiledRule | null;
  readonly fault: Fault | null;
}

type CompileRule = (name: string, spec: MappingRuleSpec) => RuleCompilation;

const EVERYTHING: Pattern = compilePattern('*');
const ALWAYS: RuleWindow = {
  notBeforeSeconds: Number.NEGATIVE_INFINITY,
  notAfterSeconds: Number.POSITIVE_INFINITY,
};
const NO_CLAIMS = {};

/**
 * Compiles rules one after another. What is equal in them is shared: it is most of what a million rules would weigh,
 * and of what a decision would have to fetch from memory.
 *
 * What cannot be understood fails closed, each way to its own side: an allow with a broken pattern, window or claim,
 * or with a condition, which nothing evaluates yet, is left out; a deny is kept, and covers all that the part that was
 * not understood could have covered. So a damaged rule costs its own identity system something, and nobody gains.
 * A rule in shadow never decides, which is what shadow means, in either direction.
 */
export function createRuleCompiler(): CompileRule {
  const compilePatterns = createPatternCompiler();
  const shareScopes = createScopesShare();
  return (name, spec) => {
    if (!spec.enabled || spec.enforcement === 'shadow') return { rule: null, fault: null };
    const allows = spec.effect === 'allow';
    const { match } = spec;
    const clusters = compilePatterns('cluster', match.clusters);
    const namespaces = compilePatterns('namespace', match.namespaces);
    const serviceAccounts = compilePatterns('serviceAccount', match.serviceAccounts);
    const targets =
      spec.targets === undefined && !allows ? EVERYTHING : compilePatterns('target', spec.targets);
    const window = compileWindow(spec, allows);

    const fault = faultOf(spec, {
      patterns: clusters !== null && namespaces !== null && serviceAccounts !== null && targets !== null,
      window: window !== null,
    });
    if (fault !== null && allows) return { rule: null, fault };
    const rule = {
      name,
      allows,
      priority: spec.priority,
      clusters: clusters ?? EVERYTHING,
      namespaces: namespaces ?? EVERYTHING,
      serviceAccounts: serviceAccounts ?? EVERYTHING,
      targets: targets ?? EVERYTHING,
      serviceAccountUid: match.serviceAccountUid ?? null,
      allowsDefaultServiceAccount: spec.allowDefaultServiceAccount,
      window: window ?? ALWAYS,
      sharedSubject: spec.sharedSubject ?? null,
      scopes: spec.scopes === undefined ? null : shareScopes(spec.scopes),
      claims: Object.keys(spec.claims).length === 0 ? NO_CLAIMS : spec.claims,
      ttlSeconds: spec.ttlSeconds ?? null,
    };
    return { rule, fault };
  };
}

function faultOf(
  spec: MappingRuleSpec,
  understood: { readonly patterns: boolean; readonly window: boolean },
): Fault | null {
  if (!understood.patterns) return 'pattern_invalid';
  if (!understood.window) return 'window_invalid';
  if (spec.match.condition !== undefined) return 'condition_unsupported';
  // A deny issues nothing, so its claims are nobody's.
  if (spec.effect === 'deny') return null;
  if (!Object.keys(spec.claims).every(isRuleClaimName)) return 'claim_reserved';
  return holdsPlaceholder(spec.claims) ? 'claim_placeholder' : null;
}

/** Null where a list is missing or empty, or holds a pattern that no name of the kind could match. */
function createPatternCompiler() {
  const singles = new Map<NameKind, Map<string, Pattern | null>>();
  return (kind: NameKind, patterns: readonly string[] | undefined): Patterns | null => {
    const [first] = patterns ?? [];
    if (patterns === undefined || first === undefined) return null;
    if (patterns.length > 1) return compileAll(kind, patterns);
    const known = singles.get(kind) ?? new Map<string, Pattern | null>();
    singles.set(kind, known);
    const before = known.get(first);
    if (before !== undefined) return before;
    const [compiled = null] = compileAll(kind, patterns) ?? [];
    known.set(first, compiled);
    return compiled;
  };
}

function compileAll(kind: NameKind, patterns: readonly string[]): readonly Pattern[] | null {
  return patterns.every((pattern) => isGlobOf(kind, pattern)) ? patterns.map(compilePattern) : null;
}

function createScopesShare() {
  const shared = new Map<string, readonly string[]>();
  return (scopes: readonly string[]): readonly string[] => {
    const text = JSON.stringify(scopes);
    const known = shared.get(text) ?? scopes;
    shared.set(text, known);
    return known;
  };
}

/**
 * Decisions know whole seconds. An instant between two of them is rounded against the caller: an allow begins at the
 * later and ends at the earlier, a deny the other way about.
 */
function compileWindow(spec: MappingRuleSpec, allows: boolean): RuleWindow | null {
  if (spec.notBefore === undefined && spec.notAfter === undefined) return ALWAYS;
  const notBeforeMs =
    spec.notBefore === undefined ? Number.NEGATIVE_INFINITY : parseInstantMs(spec.notBefore);
  const notAfterMs = spec.notAfter === undefined ? Number.POSITIVE_INFINITY : parseInstantMs(spec.notAfter);
  if (notBeforeMs === null || notAfterMs === null) return null;
  const [begin, end] = allows ? [Math.ceil, Math.floor] : [Math.floor, Math.ceil];
  return { notBeforeSeconds: begin(notBeforeMs / 1000), notAfterSeconds: end(notAfterMs / 1000) };
}
