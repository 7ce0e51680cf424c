import { compilePattern, matchesPattern } from '../mapping/glob.ts';
import type { IdentitySystemSpec } from '../mapping/objects.ts';
import type { Objection } from './objection.ts';
import type { Principal } from './principal.ts';
import type { StoredObject } from './stored-object.ts';

export interface IdentitySystemChange {
  readonly spec: IdentitySystemSpec;
  readonly current: StoredObject<'IdentitySystem'> | null;
  readonly principal: Principal;
  /** All targets of the system. */
  readonly targets: readonly StoredObject<'Target'>[];
}

/**
 * The form of an identity system's subjects, and the domain that they name, are fixed when it is made: a change would
 * give the subjects that relying parties already trust to other workloads. What audiences it may claim is a global
 * owner's to say, and what its targets have claimed stays within it.
 */
export function judgeIdentitySystem({
  spec,
  current,
  principal,
  targets,
}: IdentitySystemChange): Objection[] {
  const objections: Objection[] = [];
  if (current !== null && current.spec.subject !== spec.subject) {
    objections.push({ code: 'field_fixed', path: ['subject'] });
  }
  if (current !== null && current.spec.identityDomain !== spec.identityDomain) {
    objections.push({ code: 'field_fixed', path: ['identityDomain'] });
  }
  const before = current?.spec.audiencePatterns.join(' ');
  if (!principal.isGlobalOwner && before !== spec.audiencePatterns.join(' ')) {
    objections.push({ code: 'global_owner_required', path: ['audiencePatterns'] });
  }
  const outside = targets.filter((target) => audiencesOutside(target.spec, spec.audiencePatterns).length > 0);
  if (outside.length > 0) {
    const names = outside.map((target) => target.key.name);
    objections.push({ code: 'target_outside_patterns', path: ['audiencePatterns'], targets: names });
  }
  return objections;
}

/** The audiences of a target, the issued one included, that no pattern of its system covers. */
export function audiencesOutside(
  target: { readonly audiences: readonly string[]; readonly issuedAudience?: string },
  patterns: readonly string[],
): readonly string[] {
  const compiled = patterns.map(compilePattern);
  const claimed = [
    ...target.audiences,
    ...(target.issuedAudience === undefined ? [] : [target.issuedAudience]),
  ];
  return claimed.filter((audience) => !compiled.some((pattern) => matchesPattern(pattern, audience)));
}
