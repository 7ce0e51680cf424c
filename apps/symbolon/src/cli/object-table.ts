import { isJsonObject, type JsonValue } from '@symbolon/core';
import type { JsonRecord } from './json-body.ts';
import type { ListedKind } from './kinds.ts';
import { renderTable } from './table.ts';
import { ageOf } from './time.ts';

/** What stands in a column, read from an object as the admin API shows it. */
type Column = readonly [head: string, text: (view: JsonRecord, nowMs: number) => string];

/** Wider cells would push the last columns off a terminal of 80. */
const MAX_CELL = 40;

const age: Column = ['age', (view, nowMs) => ageOf(at(view, 'metadata', 'createdAt'), nowMs)];
const system: Column = ['system', (view) => text(view.identitySystem)];
const name: Column = ['name', (view) => text(view.name)];
const enabled: Column = ['enabled', (view) => (view.enabled === false ? 'no' : 'yes')];

const COLUMNS: { readonly [K in ListedKind]: readonly Column[] } = {
  Cluster: [
    name,
    ['mode', (view) => text(at(view, 'validation', 'mode'))],
    ['issuers', (view) => joined(view.issuers)],
    enabled,
    age,
  ],
  IdentitySystem: [
    name,
    ['subject', (view) => text(view.subject)],
    ['domain', (view) => text(view.identityDomain)],
    age,
  ],
  Target: [
    system,
    name,
    ['audiences', (view) => joined(view.audiences)],
    ['ttl', (view) => `${text(view.defaultTtlSeconds)}s`],
    enabled,
    age,
  ],
  MappingRule: [
    system,
    name,
    ['effect', (view) => text(view.effect)],
    ['prio', (view) => text(view.priority)],
    ['workloads', (view) => workloadsOf(view)],
    enabled,
    age,
  ],
  Revocation: [
    name,
    ['revokes', (view) => `${cut(revokedOf(view))}${limitOf(view)}`],
    ['reason', (view) => cut(text(view.reason))],
    ['expires', (view) => text(view.expiresAt)],
  ],
  Tombstone: [
    ['kind', (view) => text(view.kind)],
    name,
    ['system', (view) => text(view.identitySystem)],
    ['deleted', (view, nowMs) => ageOf(view.deletedAt, nowMs)],
    ['by', (view) => text(view.deletedBy)],
  ],
};

/** Objects of one kind for people. */
export function objectTable(kind: ListedKind, views: readonly JsonRecord[], nowMs: number): string {
  const columns = COLUMNS[kind];
  return renderTable(
    columns.map(([head]) => head),
    views.map((view) => columns.map(([, read]) => read(view, nowMs))),
  );
}

function at(view: JsonRecord, outer: string, inner: string): JsonValue | undefined {
  const value = view[outer];
  return isJsonObject(value) ? value[inner] : undefined;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The first, and how many more there are. */
function joined(value: JsonValue | undefined): string {
  if (!Array.isArray(value)) return '';
  const [first, ...rest] = value as readonly JsonValue[];
  return `${cut(text(first))}${rest.length === 0 ? '' : ` +${rest.length}`}`;
}

function cut(value: string): string {
  return value.length > MAX_CELL ? `${value.slice(0, MAX_CELL - 1)}…` : value;
}

/** `cluster/namespace/serviceAccount`, each the first of its list. */
function workloadsOf(view: JsonRecord): string {
  const match = view.match;
  if (!isJsonObject(match)) return '';
  const parts = [match.clusters, match.namespaces, match.serviceAccounts].map(joined);
  return cut(parts.join('/'));
}

/** Never cut: without it an entry that spares everything new looks like one that spares nothing. */
function limitOf({ issuedBefore }: JsonRecord): string {
  return issuedBefore === undefined ? '' : ` issued before ${text(issuedBefore)}`;
}

function revokedOf(view: JsonRecord): string {
  for (const field of ['sourceJti', 'credentialJti', 'subject']) {
    if (typeof view[field] === 'string') return `${field} ${view[field]}`;
  }
  const workload = view.workload;
  if (!isJsonObject(workload)) return '';
  return Object.entries(workload)
    .map(([member, value]) => `${member}=${text(value)}`)
    .join(' ');
}
