import type { ConfigurationTransaction, ObjectKey } from '@symbolon/core';

/** The audiences among those given that a target claims; `but` is a target whose own do not count. */
export async function findClaimedAudiences(
  audiences: readonly string[],
  transaction: Pick<ConfigurationTransaction, 'findTargetByAudience'>,
  but: ObjectKey<'Target'> | null = null,
): Promise<readonly string[]> {
  const claimed: string[] = [];
  for (const audience of audiences) {
    const holder = await transaction.findTargetByAudience(audience);
    const isOwn = holder?.identitySystem === but?.identitySystem && holder?.name === but?.name;
    if (holder !== null && !isOwn) claimed.push(audience);
  }
  return claimed;
}
