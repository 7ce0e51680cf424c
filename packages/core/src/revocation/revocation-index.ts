import { hashOfText } from '../persistent/hash.ts';
import { createPersistentMap, type PersistentMap } from '../persistent/persistent-map.ts';
import {
  createPersistentMultimap,
  type PersistentMultimap,
  type PersistentMultimapEdit,
} from '../persistent/persistent-multimap.ts';
import type { DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';
import { type WorkloadFacts, workloadFacts } from '../workload/workload-facts.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import {
  type Entry,
  EVERYONE,
  type Filing,
  filingsOf,
  type NamedRevocation,
  type Place,
  WORKLOAD_FIELDS,
} from './revocation-entries.ts';

/**
 * What ends further exchanges, whatever any rule allows: entries by the subject token's `jti`, by names and uids of
 * the workload, or by the subject that would be issued. Kept apart from rules, because a revocation belongs to no
 * identity system, is asked before any of them, and nothing overrules it. Entries by `credentialJti` end one issued
 * credential and say nothing of the next exchange, so they are only counted in here.
 */
export interface RevocationIndex {
  /** How many are stored, those included that say nothing of exchanges or are over. */
  readonly size: number;
  /** Whether an entry revokes the workload or its subject token. */
  revokesWorkload(workload: ProvenWorkload | DescribedWorkload, nowSeconds: number): boolean;
  /** Whether an entry revokes the subject, whatever rule rendered it. */
  revokesSubject(subject: string, workload: ProvenWorkload | DescribedWorkload, nowSeconds: number): boolean;
  /** For an operator, what `revokesWorkload` found. */
  coverageOfWorkload(workload: ProvenWorkload | DescribedWorkload, nowSeconds: number): Coverage;
  /** For an operator, what `revokesSubject` found. */
  coverageOfSubject(
    subject: string,
    workload: ProvenWorkload | DescribedWorkload,
    nowSeconds: number,
  ): Coverage;
  /** To change an index makes another, and leaves it as it is. */
  edit(): RevocationEdit;
}

/** Changes to revocations, one after another; each costs the same however many revocations there are. */
interface RevocationEdit {
  write(revocation: NamedRevocation): void;
  delete(name: string): void;
  /** The index with all changes so far, which is the last thing that the edit is good for. */
  done(): RevocationIndex;
}

/** The times that an entry is judged by. */
interface Times {
  readonly nowMs: number;
  readonly issuedAtMs: number;
}

/** Told of each entry that covers; true ends the search. */
type Visit = (entry: Entry) => boolean;
const ANY: Visit = () => true;

type EntriesByKey = PersistentMultimap<string, Entry>;

interface Filed {
  readonly byName: PersistentMap<string, readonly Filing[]>;
  /** Only places where something is. */
  readonly places: ReadonlyMap<Place, EntriesByKey>;
}

/**
 * What an entry says and this cannot read widens it: an unreadable `issuedBefore` revokes tokens of any age, an
 * unreadable `expiresAt` never ends. An entry that names nothing at all revokes every workload: an order to refuse is
 * the last thing to be lost in silence, and the admin API writes no such entry.
 */
export function createRevocationIndex(revocations: Iterable<NamedRevocation>): RevocationIndex {
  const edit = createEdit({ byName: createPersistentMap(hashOfText), places: new Map() });
  for (const revocation of revocations) edit.write(revocation);
  return edit.done();
}

function indexOf(filed: Filed): RevocationIndex {
  const { byName, places } = filed;
  const nothing: EntriesByKey = createPersistentMultimap(hashOfText);
  const bySourceJti = places.get('source_jti') ?? nothing;
  const bySubject = places.get('subject') ?? nothing;
  const ofEveryone = (places.get('everyone') ?? nothing).get(EVERYONE);
  const byField = WORKLOAD_FIELDS.flatMap((field) => {
    const entries = places.get(field);
    return entries === undefined ? [] : [[field, entries] as const];
  });

  function visitWorkload(
    workload: ProvenWorkload | DescribedWorkload,
    nowSeconds: number,
    visit: Visit,
  ): boolean {
    const times = timesOf(workload, nowSeconds);
    const jti = workload.source?.jti ?? null;
    if (jti !== null && visitInForce(bySourceJti.get(jti), times, visit)) return true;
    if (visitInForce(ofEveryone, times, visit)) return true;
    const facts = workloadFacts(workload);
    for (const [field, entries] of byField) {
      const value = facts[field];
      const named = value === null ? [] : entries.get(value);
      if (named.some((entry) => isInForce(entry, times) && holds(entry, facts) && visit(entry))) return true;
    }
    return false;
  }

  return {
    size: byName.size,
    edit: () => createEdit(filed),
    revokesWorkload: (workload, nowSeconds) => visitWorkload(workload, nowSeconds, ANY),
    revokesSubject: (subject, workload, nowSeconds) =>
      visitInForce(bySubject.get(subject), timesOf(workload, nowSeconds), ANY),
    coverageOfWorkload: (workload, nowSeconds) =>
      coverageOf((visit) => visitWorkload(workload, nowSeconds, visit)),
    coverageOfSubject: (subject, workload, nowSeconds) =>
      coverageOf((visit) => visitInForce(bySubject.get(subject), timesOf(workload, nowSeconds), visit)),
  };
}

function createEdit(original: Filed): RevocationEdit {
  const byName = original.byName.edit();
  const places = new Map<Place, PersistentMultimapEdit<string, Entry>>();
  for (const [place, entries] of original.places) places.set(place, entries.edit());

  function entriesAt(place: Place): PersistentMultimapEdit<string, Entry> {
    const known = places.get(place);
    if (known !== undefined) return known;
    const opened = createPersistentMultimap<string, Entry>(hashOfText).edit();
    places.set(place, opened);
    return opened;
  }

  function remove(name: string): void {
    for (const { place, key, entry } of byName.get(name) ?? []) entriesAt(place).remove(key, entry);
    byName.delete(name);
  }

  return {
    write(revocation) {
      remove(revocation.name);
      const filings = filingsOf(revocation);
      for (const { place, key, entry } of filings) entriesAt(place).add(key, entry);
      byName.set(revocation.name, filings);
    },
    delete: remove,
    done() {
      const done = [...places].map(([place, edit]) => [place, edit.done()] as const);
      return indexOf({ byName: byName.done(), places: new Map(done.filter(([, { size }]) => size > 0)) });
    },
  };
}

/** A workload that was described without a token is judged as one whose token is issued now. */
function timesOf(workload: ProvenWorkload | DescribedWorkload, nowSeconds: number): Times {
  return { nowMs: nowSeconds * 1000, issuedAtMs: (workload.source?.issuedAtSeconds ?? nowSeconds) * 1000 };
}

function isInForce(entry: Entry, { nowMs, issuedAtMs }: Times): boolean {
  return nowMs < entry.expiresAtMs && issuedAtMs < entry.issuedBeforeMs;
}

function visitInForce(entries: readonly Entry[] | undefined, times: Times, visit: Visit): boolean {
  return entries?.some((entry) => isInForce(entry, times) && visit(entry)) ?? false;
}

/** A name that the workload does not have equals nothing, the empty string included. */
function holds(entry: Entry, facts: WorkloadFacts): boolean {
  return entry.fields.every(([field, value]) => facts[field] === value);
}
