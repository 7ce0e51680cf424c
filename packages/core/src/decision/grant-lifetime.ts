import { type Refused, refused } from '../result.ts';
import type { SourceToken } from '../workload/workload.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { CompiledTarget } from './compile-targets.ts';

export interface LifetimeOrder {
  readonly target: CompiledTarget;
  readonly rule: CompiledRule;
  /** Null where the workload was described without a token: then nothing is clamped to it. */
  readonly source: SourceToken | null;
  readonly nowSeconds: number;
}

export type GrantedLifetime =
  | { readonly kind: 'granted'; readonly expiresAtSeconds: number }
  | Refused<'lifetime_below_minimum' | 'source_token_expiring'>;

/**
 * The least of the rule's lifetime or the target's default, the target's maximum, and what is left of the source token
 * unless the target lets a credential outlive it. A lifetime below the target's minimum is refused, and the reason says
 * who can mend it: the workload, by reading its token file again, or the owner of rule and target.
 */
export function grantLifetime({ target, rule, source, nowSeconds }: LifetimeOrder): GrantedLifetime {
  const ttlSeconds = Math.min(rule.ttlSeconds ?? target.defaultTtlSeconds, target.maxTtlSeconds);
  if (ttlSeconds < target.minTtlSeconds) return refused('lifetime_below_minimum');
  const expiresAtSeconds = nowSeconds + ttlSeconds;
  if (source === null || target.mayOutliveSource) return { kind: 'granted', expiresAtSeconds };

  const clampedSeconds = Math.min(expiresAtSeconds, Math.floor(source.expiresAtSeconds));
  if (clampedSeconds - nowSeconds < target.minTtlSeconds) return refused('source_token_expiring');
  return { kind: 'granted', expiresAtSeconds: clampedSeconds };
}
