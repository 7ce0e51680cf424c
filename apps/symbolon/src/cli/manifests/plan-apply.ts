import { isDeepStrictEqual } from 'node:util';
import type { AdminAnswer, AdminClient } from '../admin-client.ts';
import type { JsonRecord } from '../json-body.ts';
import { nameOf, pathOf } from '../kinds.ts';
import type { ReadProblem } from '../problem.ts';
import { readCurrent } from '../read-current.ts';
import type { FileProblem, Manifest } from './manifest.ts';
import { filesRefused } from './read-manifests.ts';

/** What applying one manifest would do to the object that is there, or is not. */
export interface PlannedChange {
  readonly manifest: Manifest;
  readonly operation: 'create' | 'change' | 'unchanged';
  /** Holds as long as the object is what the plan saw. */
  readonly precondition: Readonly<Record<string, string>>;
  /** The body that is there, every default in place; null where there is no object. */
  readonly before: JsonRecord | null;
  /** The body that would be there, every default in place. */
  readonly after: JsonRecord;
  /** Whether the broker was asked. It cannot judge what belongs to a system that the same plan is to make. */
  readonly isJudged: boolean;
}

/**
 * Reads what is there, and has the broker judge every change without making it. Throws `CliFailure` with all that it
 * objects to, at its place in the files.
 */
export async function planApply(
  manifests: readonly Manifest[],
  client: AdminClient,
): Promise<readonly PlannedChange[]> {
  const problems: FileProblem[] = [];
  const changes: PlannedChange[] = [];
  const planning = { client, missing: new Set<string>(), refused: new Set<string>() };
  for (const manifest of manifests) {
    const planned = await planOne(manifest, planning);
    if (planned.kind === 'change') changes.push(planned.change);
    else for (const problem of planned.problems) problems.push(problem);
  }
  if (problems.length > 0) throw filesRefused(problems);
  return changes;
}

type Planned =
  | { readonly kind: 'change'; readonly change: PlannedChange }
  | { readonly kind: 'objections'; readonly problems: readonly FileProblem[] };

interface Planning {
  readonly client: AdminClient;
  /** Names of the identity systems that the plan so far is to make. */
  readonly missing: Set<string>;
  /** Names of those that a file describes and that the broker objects to. */
  readonly refused: Set<string>;
}

async function planOne(manifest: Manifest, planning: Planning): Promise<Planned> {
  const { key, body, bodyWithDefaults } = manifest;
  const { client, missing, refused } = planning;
  if (key.identitySystem !== null && missing.has(key.identitySystem)) {
    // Its form has been judged where it was read.
    const rest = { precondition: NEW, before: null, after: bodyWithDefaults, isJudged: false };
    return { kind: 'change', change: { manifest, operation: 'create', ...rest } };
  }
  const current = await readCurrent(key, client);
  const precondition = current === null ? NEW : { 'If-Match': current.etag };
  const path = pathOf(key);
  const tried = await client.ask({
    method: 'PUT',
    path,
    query: { dryRun: 'true' },
    body,
    headers: precondition,
  });
  if (tried.kind === 'refused') {
    if (key.kind === 'IdentitySystem') refused.add(key.name);
    return { kind: 'objections', problems: objections(manifest, tried.problem, refused) };
  }
  const before = current === null ? null : bodyOf(current.view);
  const after = bodyOf(tried.json);
  if (before === null && key.kind === 'IdentitySystem') missing.add(key.name);
  const operation = before === null ? 'create' : isDeepStrictEqual(before, after) ? 'unchanged' : 'change';
  return { kind: 'change', change: { manifest, operation, precondition, before, after, isJudged: true } };
}

const NEW = { 'If-None-Match': '*' };

function objections(
  { key, place, placeOf }: Manifest,
  problem: ReadProblem,
  refused: ReadonlySet<string>,
): readonly FileProblem[] {
  if (problem.status === 404) {
    // What is in the way of its owner is told; that it stops what belongs to it too is no second problem.
    if (key.identitySystem !== null && refused.has(key.identitySystem)) return [];
    const detail = `${nameOf(key)}: there is no identity system ${key.identitySystem}, and no file here makes it`;
    return [{ place, detail }];
  }
  const { title, detail, errors } = inCommands(problem, key);
  const whole = {
    place,
    detail: [`${nameOf(key)}: ${title}`, ...(detail === null ? [] : [detail])].join(': '),
  };
  const parts = errors.map((error) => ({
    place: placeOf(error.pointer),
    detail: `${nameOf(key)}: ${`${error.pointer} ${error.detail}`.trim()}`,
  }));
  return parts.length === 0 ? [whole] : parts;
}

/** What the broker has done by its API is done here by a command. */
function inCommands(problem: ReadProblem, { kind, name }: Manifest['key']): ReadProblem {
  const command = `"symbolon release ${kind === 'Cluster' ? 'cluster' : 'system'} ${name}"`;
  const errors = problem.errors.map(({ pointer, detail }) => ({
    pointer,
    detail: detail.replace(RELEASE_BY_API, command),
  }));
  return { ...problem, errors };
}

const RELEASE_BY_API = /POST \S+tombstones:release with its kind and name/;

/** What somebody can write of what is shown. */
function bodyOf({ name: _n, identitySystem: _s, metadata: _m, ...body }: JsonRecord): JsonRecord {
  return body;
}

export interface Applied {
  readonly done: readonly PlannedChange[];
  /** The first that was refused, and those after it; empty where all is done. */
  readonly notDone: readonly PlannedChange[];
  readonly refusal: ReadProblem | null;
}

/** Makes the changes one after another and stops at the first that is refused. `told` hears of each that is made. */
export async function applyPlan(
  changes: readonly PlannedChange[],
  client: AdminClient,
  told: (change: PlannedChange) => void,
): Promise<Applied> {
  const pending = changes.filter(({ operation }) => operation !== 'unchanged');
  for (const [index, change] of pending.entries()) {
    const answer = await put(change, client);
    if (answer.kind === 'refused') {
      return { done: pending.slice(0, index), notDone: pending.slice(index), refusal: answer.problem };
    }
    told(change);
  }
  return { done: pending, notDone: [], refusal: null };
}

function put({ manifest, precondition }: PlannedChange, client: AdminClient): Promise<AdminAnswer> {
  const { key, body } = manifest;
  return client.ask({ method: 'PUT', path: pathOf(key), body, headers: precondition });
}
