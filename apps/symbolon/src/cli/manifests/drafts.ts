import type { Cli } from '../cli.ts';
import { refused } from '../cli-failure.ts';
import { nameOf } from '../kinds.ts';
import { printable } from '../printable.ts';
import { type Manifest, placeText } from './manifest.ts';
import { readManifests } from './read-manifests.ts';

/** The rules of files. These may hold what the rules belong to as well, as those for `apply` do: it is passed over. */
export async function readDrafts(paths: readonly string[], cli: Cli): Promise<readonly Manifest[]> {
  const manifests = await readManifests(paths, cli);
  const rules = manifests.filter(({ key }) => key.kind === 'MappingRule');
  if (rules.length === 0) throw refused(`a draft is a MappingRule, and there is none in ${paths.join(', ')}`);
  const others = manifests.length - rules.length;
  if (others > 0) {
    const objects = others === 1 ? '1 object was' : `${others} objects were`;
    cli.stderr.write(`note: ${objects} passed over: a draft is a MappingRule\n`);
  }
  return rules;
}

/**
 * The drafts of the system that decides, which the audience alone says: an answer under somebody else's rules is one
 * that no `apply` brings about. None where the decision comes to no system, for then it comes to no rule either.
 */
export function draftsOf(
  system: string | null,
  drafts: readonly Manifest[],
  { stderr }: Pick<Cli, 'stderr'>,
): readonly Manifest[] {
  if (system === null) return [];
  const own = drafts.filter(({ key }) => key.identitySystem === system);
  const foreign = drafts.filter((draft) => !own.includes(draft));
  if (foreign.length === 0) return own;
  const names = foreign.map(({ key, place }) => `${nameOf(key)} (${placeText(place)})`).join(', ');
  const decides = `the audience is one of ${printable(system)}, and only its own rules decide`;
  if (own.length === 0) {
    throw refused(`none of the drafts would be asked: ${decides}`, `Of other identity systems: ${names}.`);
  }
  stderr.write(`warning: left out, for ${decides}: ${names}\n`);
  return own;
}
