import type { ObjectKey } from '@symbolon/core';
import type { AdminClient } from './admin-client.ts';
import { unavailable } from './cli-failure.ts';
import type { JsonRecord } from './json-body.ts';
import { nameOf, pathOf } from './kinds.ts';
import { problemFailure } from './problem.ts';

/** An object as it is now; a change that names `etag` is made only while it still is. */
export interface CurrentObject {
  readonly view: JsonRecord;
  readonly etag: string;
}

/** Null where there is no such object. */
export async function readCurrent(key: ObjectKey, client: AdminClient): Promise<CurrentObject | null> {
  const answer = await client.ask({ method: 'GET', path: pathOf(key) });
  if (answer.kind === 'refused') {
    if (answer.status === 404) return null;
    throw problemFailure(answer.problem, nameOf(key));
  }
  // Without one, somebody else's change in between would be overwritten unseen.
  if (answer.etag === null) throw unavailable(`the broker gave no ETag of ${nameOf(key)}`);
  return { view: answer.json, etag: answer.etag };
}
