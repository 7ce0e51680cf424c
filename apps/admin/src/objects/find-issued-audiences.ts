import type { ReadConfiguration } from '@symbolon/core';
import { eachOf } from './list-all.ts';

/** The audiences among those given that a target issues, whatever it is asked for by; nothing else keeps a list of them. */
export async function findIssuedAudiences(
  audiences: readonly string[],
  configuration: Pick<ReadConfiguration, 'list'>,
): Promise<readonly string[]> {
  if (audiences.length === 0) return [];
  const issued = new Set<string>();
  for await (const { key } of eachOf(configuration, { kind: 'IdentitySystem', identitySystem: null })) {
    for await (const { spec } of eachOf(configuration, { kind: 'Target', identitySystem: key.name })) {
      if (spec.issuedAudience !== undefined) issued.add(spec.issuedAudience);
    }
  }
  return audiences.filter((audience) => issued.has(audience));
}
