import type { ConfigurationTransaction, Tombstone, TombstoneChanges } from '@symbolon/core';

/** Writes what a change does to the tombstones, in the transaction of the change itself. */
export async function leaveTombstones(
  { left, lifted }: TombstoneChanges,
  transaction: ConfigurationTransaction,
  by: Pick<Tombstone, 'deletedAtMs' | 'deletedBy'>,
): Promise<void> {
  for (const key of lifted) await transaction.deleteTombstone(key);
  for (const tombstone of left) {
    await transaction.writeTombstone({ ...tombstone, ...by, epoch: transaction.nextEpoch });
  }
}
