import type { Objection, ObjectsInTheWay } from '@symbolon/core';
import { jsonPointer } from '@symbolon/protocol';
import { type Refusal, refuse } from './problem.ts';

/** What a caller is told when an object does not fit the rest: where, and why, and never whose object it clashes with. */
export function refuseObjections(objections: readonly Objection[]): Refusal {
  const isForbidden = objections.some(({ code }) => code === 'global_owner_required');
  return refuse(isForbidden ? 'forbidden' : 'conflict', {
    errors: objections.map((objection) => ({
      pointer: jsonPointer(objection.path),
      detail: describeObjection(objection),
    })),
  });
}

export function describeObjection(objection: Objection): string {
  switch (objection.code) {
    case 'audience_taken':
      return 'is taken or reserved';
    case 'audience_outside_patterns':
      return 'is not within the audiencePatterns of the identity system';
    case 'audience_of_api_server':
      return "is an audience of the cluster's API server (apiServer.audiences, or their default), which no accepted token may carry";
    case 'issuer_is_the_brokers':
      return 'is the issuer of this broker';
    case 'identity_domain_taken':
      return 'the identity domain is taken: only a global owner may put a cluster into it';
    case 'name_tombstoned':
      return 'the name was deleted and is kept from being used again: a global owner releases it by POST /admin/v1/tombstones:release with its kind and name';
    case 'field_fixed':
      return 'was fixed when the object was made';
    case 'global_owner_required':
      return 'may be set by a global owner alone';
    case 'owned_objects_exist':
      return `the identity system still owns ${objection.objects.map(describeObjects).join(' and ')}: delete them first`;
    case 'references_exist':
      return `is named by ${objection.objects.map(describeObjects).join(' and ')}: change or delete them first`;
    case 'target_outside_patterns':
      return `leaves out audiences of the targets ${objection.targets.slice(0, 10).join(', ')}${objection.targets.length > 10 ? ', ...' : ''}`;
  }
}

const NOUNS = { IdentitySystem: 'identity system', Target: 'target', MappingRule: 'rule' } as const;

function describeObjects({ kind, count, isMore, names }: ObjectsInTheWay): string {
  const noun = NOUNS[kind];
  const amount = `${isMore ? 'more than ' : ''}${count} ${noun}${count === 1 ? '' : 's'}`;
  if (names.length === 0) return amount;
  return `${amount} (${names.join(', ')}${names.length < count ? ', ...' : ''})`;
}
