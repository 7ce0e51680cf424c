import { isDnsLabel, type Kind, type ReadConfiguration, type StoredObject } from '@symbolon/core';
import { PAGE_PARAMETERS, type Page, pageOf, readWindow } from '../http/page.ts';
import type { Refusal } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import { readOwner } from './change-order.ts';
import { readLabelSelector } from './label-selector.ts';

/** One page of a collection, in byte order of names. */
export async function listObjects<K extends Kind>(
  collection: { readonly kind: K; readonly identitySystem: string | null },
  url: string,
  configuration: ReadConfiguration,
): Promise<({ readonly kind: 'page' } & Page<StoredObject<K>>) | Refusal> {
  const query = readQuery(url, [...PAGE_PARAMETERS, 'labelSelector']);
  if (query.kind === 'refused') return query;
  const selector = readLabelSelector(query.values.get('labelSelector'));
  if (selector.kind === 'refused') return selector;
  const { kind, identitySystem } = collection;
  const list = `${kind} ${identitySystem ?? ''} ${selector.text}`;
  const window = readWindow(query.values, { list, isPosition: isDnsLabel });
  if (window.kind === 'refused') return window;
  const ownership = await readOwner({ ...collection, name: '' }, configuration);
  if (ownership.kind === 'refused') return ownership;

  const { after, limit } = window;
  const { labels } = selector;
  const found = await configuration.list({ ...collection, after, limit: limit + 1, labels });
  return { kind: 'page', ...pageOf(found, limit, { list, positionOf: ({ key }) => key.name }) };
}
