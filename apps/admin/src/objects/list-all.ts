import type { Kind, ListQuery, ReadConfiguration, StoredObject } from '@symbolon/core';

const PAGE = 1000;

/** All objects of a kind, or of a kind and a system, page by page. */
export async function listAll<K extends Kind>(
  configuration: Pick<ReadConfiguration, 'list'>,
  query: Pick<ListQuery<K>, 'kind' | 'identitySystem'>,
): Promise<readonly StoredObject<K>[]> {
  const objects: StoredObject<K>[] = [];
  let after: string | null = null;
  for (;;) {
    const page: readonly StoredObject<K>[] = await configuration.list({ ...query, after, limit: PAGE });
    objects.push(...page);
    if (page.length < PAGE) return objects;
    after = page.at(-1)?.key.name ?? null;
  }
}
