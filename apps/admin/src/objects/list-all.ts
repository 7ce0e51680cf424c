import type { Kind, ListQuery, ReadConfiguration, StoredObject } from '@symbolon/core';

const PAGE = 1000;

type Collection<K extends Kind> = Pick<ListQuery<K>, 'kind' | 'identitySystem'>;

/** All objects of a kind, or of a kind and a system. */
export async function listAll<K extends Kind>(
  configuration: Pick<ReadConfiguration, 'list'>,
  collection: Collection<K>,
): Promise<readonly StoredObject<K>[]> {
  return Array.fromAsync(eachOf(configuration, collection));
}

/** The same one by one, read page by page, so that no more than a page of them is held. */
export async function* eachOf<K extends Kind>(
  configuration: Pick<ReadConfiguration, 'list'>,
  collection: Collection<K>,
): AsyncGenerator<StoredObject<K>, void> {
  let after: string | null = null;
  for (;;) {
    const page: readonly StoredObject<K>[] = await configuration.list({ ...collection, after, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.key.name ?? null;
  }
}
