import { isJsonObject, type JsonValue } from '@symbolon/core';
import type { AdminClient, AdminRequest } from './admin-client.ts';
import { type CliFailure, unavailable } from './cli-failure.ts';
import type { JsonRecord } from './json-body.ts';
import { problemFailure } from './problem.ts';

const PAGE_SIZE = 1000;

interface ListRequest extends Pick<AdminRequest, 'path' | 'query'> {
  /** How the command ends where there is no such list. */
  readonly absent?: () => CliFailure;
}

/** The elements of a list, page after page, up to `limit`. */
export async function listAll(
  client: AdminClient,
  { path, query = {}, absent }: ListRequest,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<readonly JsonRecord[]> {
  const items: JsonRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.ask({
      method: 'GET',
      path,
      query: { ...query, limit: Math.min(PAGE_SIZE, limit - items.length), cursor },
    });
    if (page.kind === 'refused')
      throw page.status === 404 && absent ? absent() : problemFailure(page.problem);
    const found = page.json.items;
    const next = page.json.nextCursor;
    // A page that is empty and still names a next one would never end.
    if (!Array.isArray(found) || (found.length === 0 && next !== null)) throw noList(path);
    for (const item of found as readonly JsonValue[]) if (isJsonObject(item)) items.push(item);
    cursor = typeof next === 'string' ? next : undefined;
  } while (cursor !== undefined && items.length < limit);
  return items;
}

function noList(path: string) {
  return unavailable(`the broker's answer for ${path} is no list`, 'Is its version that of this program?');
}
