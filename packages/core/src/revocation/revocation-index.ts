import { parseInstantMs } from '../mapping/instant.ts';
import type { RevocationSpec } from '../mapping/objects.ts';
import type { DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';
import { type WorkloadFacts, workloadFacts } from '../workload/workload-facts.ts';
import { type Coverage, type CoveringRevocation, coverageOf } from './coverage.ts';

/**
 * What ends further exchanges, whatever any rule allows: entries by the subject token's `jti`, by names and uids of
 * the workload, or by the subject that would be issued. Kept apart from rules, because a revocation belongs to no
 * identity system, is asked before any of them, and nothing overrules it. Entries by `credentialJti` end one issued
 * credential and say nothing of the next exchange, so they are not in here.
 */
export interface RevocationIndex {
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
}

/** A stored revocation. */
export interface NamedRevocation {
  readonly name: string;
  readonly spec: RevocationSpec;
}

/** Most telling first: an entry is filed under the first that it names. */
const WORKLOAD_FIELDS = [
  'podUid',
  'serviceAccountUid',
  'nodeUid',
  'pod',
  'serviceAccount',
  'node',
  'namespace',
  'cluster',
] as const;
type WorkloadField = (typeof WORKLOAD_FIELDS)[number];

/** Every one of its `fields` must hold. */
interface Entry extends CoveringRevocation {
  readonly issuedBeforeMs: number;
  readonly expiresAtMs: number;
}

/** The times that an entry is judged by. */
interface Times {
  readonly nowMs: number;
  readonly issuedAtMs: number;
}

/** Told of each entry that covers; true ends the search. */
type Visit = (entry: Entry) => boolean;
const ANY: Visit = () => true;

/**
 * What an entry says and this cannot read widens it: an unreadable `issuedBefore` revokes tokens of any age, an
 * unreadable `expiresAt` never ends. An entry that names nothing at all revokes every workload: an order to refuse is
 * the last thing to be lost in silence, and the admin API writes no such entry.
 */
export function createRevocationIndex(revocations: Iterable<NamedRevocation>): RevocationIndex {
  const { bySourceJti, bySubject, byField, ofEveryone } = fileEntries(revocations);

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
      const named = value === null ? undefined : entries.get(value);
      if (named?.some((entry) => isInForce(entry, times) && holds(entry, facts) && visit(entry))) return true;
    }
    return false;
  }

  return {
    revokesWorkload: (workload, nowSeconds) => visitWorkload(workload, nowSeconds, ANY),
    revokesSubject: (subject, workload, nowSeconds) =>
      visitInForce(bySubject.get(subject), timesOf(workload, nowSeconds), ANY),
    coverageOfWorkload: (workload, nowSeconds) =>
      coverageOf((visit) => visitWorkload(workload, nowSeconds, visit)),
    coverageOfSubject: (subject, workload, nowSeconds) =>
      coverageOf((visit) => visitInForce(bySubject.get(subject), timesOf(workload, nowSeconds), visit)),
  };
}

function fileEntries(revocations: Iterable<NamedRevocation>) {
  const bySourceJti = new Map<string, Entry[]>();
  const bySubject = new Map<string, Entry[]>();
  const byField = new Map<WorkloadField, Map<string, Entry[]>>(
    WORKLOAD_FIELDS.map((field) => [field, new Map()]),
  );
  const ofEveryone: Entry[] = [];

  for (const revocation of revocations) {
    const { sourceJti, subject, workload } = revocation.spec;
    if (sourceJti !== undefined) append(bySourceJti, sourceJti, compileEntry(revocation, 'source_jti'));
    if (subject !== undefined) append(bySubject, subject, compileEntry(revocation, 'subject'));
    if (workload !== undefined || namesNothing(revocation.spec)) {
      const entry = compileEntry(revocation, 'workload');
      const [first] = entry.fields;
      const entries = first === undefined ? undefined : byField.get(first[0]);
      if (first === undefined || entries === undefined) ofEveryone.push(entry);
      else append(entries, first[1], entry);
    }
  }
  return { bySourceJti, bySubject, byField, ofEveryone };
}

function compileEntry({ name, spec }: NamedRevocation, by: Entry['by']): Entry {
  const workload = by === 'workload' ? (spec.workload ?? {}) : {};
  const fields = WORKLOAD_FIELDS.flatMap((field) => {
    const value = workload[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    name,
    by,
    fields,
    issuedBeforeMs: instantOr(spec.issuedBefore, Number.POSITIVE_INFINITY),
    expiresAtMs: instantOr(spec.expiresAt, Number.POSITIVE_INFINITY),
  };
}

function instantOr(instant: string | undefined, otherwise: number): number {
  return instant === undefined ? otherwise : (parseInstantMs(instant) ?? otherwise);
}

function namesNothing(spec: RevocationSpec): boolean {
  return spec.sourceJti === undefined && spec.credentialJti === undefined && spec.subject === undefined;
}

function append(entries: Map<string, Entry[]>, key: string, entry: Entry): void {
  const present = entries.get(key);
  if (present === undefined) entries.set(key, [entry]);
  else present.push(entry);
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
