import { parseInstantMs } from '../mapping/instant.ts';
import type { RevocationSpec } from '../mapping/objects.ts';
import type { DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';
import { type WorkloadFacts, workloadFacts } from '../workload/workload-facts.ts';

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

interface Entry {
  /** Every one of these must hold. */
  readonly fields: readonly (readonly [WorkloadField, string])[];
  readonly issuedBeforeMs: number;
  readonly expiresAtMs: number;
}

/** The times that an entry is judged by. */
interface Times {
  readonly nowMs: number;
  readonly issuedAtMs: number;
}

/**
 * What an entry says and this cannot read widens it: an unreadable `issuedBefore` revokes tokens of any age, an
 * unreadable `expiresAt` never ends. An entry that names nothing at all revokes every workload: an order to refuse is
 * the last thing to be lost in silence, and the admin API writes no such entry.
 */
export function createRevocationIndex(revocations: Iterable<RevocationSpec>): RevocationIndex {
  const bySourceJti = new Map<string, Entry[]>();
  const bySubject = new Map<string, Entry[]>();
  const byField = new Map<WorkloadField, Map<string, Entry[]>>(
    WORKLOAD_FIELDS.map((field) => [field, new Map()]),
  );
  const ofEveryone: Entry[] = [];

  for (const spec of revocations) {
    const entry = compileEntry(spec);
    if (spec.sourceJti !== undefined) append(bySourceJti, spec.sourceJti, entry);
    if (spec.subject !== undefined) append(bySubject, spec.subject, entry);
    if (spec.workload !== undefined || namesNothing(spec)) {
      const [first] = entry.fields;
      const entries = first === undefined ? undefined : byField.get(first[0]);
      if (first === undefined || entries === undefined) ofEveryone.push(entry);
      else append(entries, first[1], entry);
    }
  }

  return {
    revokesWorkload(workload, nowSeconds) {
      const times = timesOf(workload, nowSeconds);
      const jti = workload.source?.jti ?? null;
      if (jti !== null && isAnyInForce(bySourceJti.get(jti), times)) return true;
      if (isAnyInForce(ofEveryone, times)) return true;
      const facts = workloadFacts(workload);
      for (const [field, entries] of byField) {
        const value = facts[field];
        const named = value === null ? undefined : entries.get(value);
        if (named?.some((entry) => isInForce(entry, times) && holds(entry, facts))) return true;
      }
      return false;
    },
    revokesSubject(subject, workload, nowSeconds) {
      return isAnyInForce(bySubject.get(subject), timesOf(workload, nowSeconds));
    },
  };
}

function compileEntry(spec: RevocationSpec): Entry {
  const { workload = {} } = spec;
  const fields = WORKLOAD_FIELDS.flatMap((field) => {
    const value = workload[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
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

function isAnyInForce(entries: readonly Entry[] | undefined, times: Times): boolean {
  return entries?.some((entry) => isInForce(entry, times)) ?? false;
}

/** A name that the workload does not have equals nothing, the empty string included. */
function holds(entry: Entry, facts: WorkloadFacts): boolean {
  return entry.fields.every(([field, value]) => facts[field] === value);
}
