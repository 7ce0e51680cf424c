import type { ReadTombstones, Tombstone } from '@symbolon/core';

/** The tombstones of audiences, of those that have one. */
export async function readAudienceTombstones(
  audiences: readonly string[],
  configuration: Pick<ReadTombstones, 'readTombstone'>,
): Promise<readonly Tombstone[]> {
  const found: Tombstone[] = [];
  for (const name of audiences) {
    const tombstone = await configuration.readTombstone({ kind: 'Audience', name });
    if (tombstone !== null) found.push(tombstone);
  }
  return found;
}
