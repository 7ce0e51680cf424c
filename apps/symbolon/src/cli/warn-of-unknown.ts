import { isDnsLabel, type JsonValue, type Kind } from '@symbolon/core';
import type { AdminClient } from './admin-client.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './cli-failure.ts';
import type { JsonRecord } from './json-body.ts';
import { collectionOf, KIND_WORDS } from './kinds.ts';
import { listAll } from './list-all.ts';
import { nearestName } from './nearest-name.ts';

/**
 * Warns where what was revoked names a cluster or an identity system that is not here: such an entry may be meant for
 * later, but most often it is a slip of the hand, and what should have ended goes on.
 */
export async function warnOfUnknown(
  { workload, subject }: JsonRecord,
  client: AdminClient,
  { stderr }: Pick<Cli, 'stderr'>,
): Promise<void> {
  const named: readonly [Kind, string, JsonValue | undefined][] = [
    ['Cluster', 'cluster', (workload as JsonRecord | undefined)?.cluster],
    ['IdentitySystem', 'identity system', typeof subject === 'string' ? subject.split('.')[0] : undefined],
  ];
  for (const [kind, words, name] of named) {
    if (typeof name !== 'string' || !isDnsLabel(name)) continue;
    const known = await namesOf(kind, client);
    if (known === null || known.includes(name)) continue;
    const hints = [...nearestName(name, known), `"symbolon get ${KIND_WORDS[kind].plural}" shows all.`];
    stderr.write(
      `warning: there is no ${words} ${name} here, so nothing is ended by this. ${hints.join(' ')}\n`,
    );
  }
}

/** Null where they cannot be had: the revocation itself is made, and that is what counts. */
async function namesOf(kind: Kind, client: AdminClient): Promise<readonly string[] | null> {
  try {
    const views = await listAll(client, { path: collectionOf(kind, undefined) });
    return views.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  } catch (error) {
    if (error instanceof CliFailure) return null;
    throw error;
  }
}
