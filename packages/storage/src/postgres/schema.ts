import type {
  AuditEvent,
  ClusterStatus,
  JsonValue,
  KeySnapshot,
  PublicJwk,
  SigningAlgorithm,
  SigningKeyState,
  TombstoneKind,
} from '@symbolon/core';
import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/*
 * The one schema of the database; `npm run db:generate` turns a change of it into the next file of migrations/.
 *
 * A table for each kind of object, and not one table of all: that a Target or MappingRule has its IdentitySystem,
 * that an audience has its Target and a credential its Cluster are then foreign keys, a role can be granted one kind
 * without the others, and a million rules do not slow down what reads clusters. The tables differ in nothing else, so
 * one set of statements serves them (object-tables.ts). What was written whole is kept whole, as JSON.
 */

/** Compared byte by byte whatever the database's locale is, so that lists, pages and cursors have one order. */
const byteOrdered = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** The key of a table of one row. */
const onlyRow = () => boolean('is_only').primaryKey().default(true);

const epochColumns = () => ({
  epochNumber: bigint('epoch_number', { mode: 'number' }).notNull(),
  epochId: text('epoch_id').notNull(),
});

const objectColumns = () => ({
  name: byteOrdered('name').notNull(),
  /** json and not jsonb: people read it in the order in which its members were written, and nothing searches it. */
  spec: json('spec').notNull(),
  labels: jsonb('labels').$type<{ readonly [name: string]: string }>().notNull(),
  description: text('description').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
  ...epochColumns(),
});

/** Objects that belong to nobody. */
const rootTable = (tableName: string) =>
  pgTable(tableName, { ...objectColumns(), name: byteOrdered('name').primaryKey() });

/** Objects that belong to one identity system, which cannot be deleted while they are there. */
const ownedTable = (tableName: string) =>
  pgTable(
    tableName,
    { identitySystem: byteOrdered('identity_system').notNull(), ...objectColumns() },
    (table) => [
      primaryKey({ columns: [table.identitySystem, table.name] }),
      foreignKey({
        name: `${tableName}_identity_system`,
        columns: [table.identitySystem],
        foreignColumns: [identitySystems.name],
      }).onDelete('restrict'),
    ],
  );

export const clusters = rootTable('clusters');
export const identitySystems = rootTable('identity_systems');
export const revocations = rootTable('revocations');
export const targets = ownedTable('targets');
export const mappingRules = ownedTable('mapping_rules');

/** Which target an audience belongs to: unique over the deployment by its key, freed with its target. */
export const targetAudiences = pgTable(
  'target_audiences',
  {
    audience: byteOrdered('audience').primaryKey(),
    identitySystem: byteOrdered('identity_system').notNull(),
    target: byteOrdered('target').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'target_audiences_owner',
      columns: [table.identitySystem, table.target],
      foreignColumns: [targets.identitySystem, targets.name],
    }).onDelete('cascade'),
    index('target_audiences_by_owner').on(table.identitySystem, table.target),
  ],
);

/** Apart from `clusters`, so that whoever may read the configuration may not read these. Gone with their cluster. */
export const clusterCredentials = pgTable('cluster_credentials', {
  cluster: byteOrdered('cluster')
    .primaryKey()
    .references(() => clusters.name, { onDelete: 'cascade' }),
  sealed: text('sealed').notNull(),
});

/** One row: the epoch of the last change. Every change locks it first, so commit order is epoch order. */
export const epoch = pgTable(
  'epoch',
  {
    isOnly: onlyRow(),
    number: bigint('number', { mode: 'number' }).notNull(),
    id: text('id').notNull(),
  },
  (table) => [check('epoch_is_one_row', sql`${table.isOnly}`)],
);

/** What each change touched, without its contents, for replicas that follow; kept for a day. */
export const policyLog = pgTable(
  'policy_log',
  {
    ...epochColumns(),
    /** Position within the change. */
    position: integer('position').notNull(),
    kind: text('kind').notNull(),
    identitySystem: text('identity_system'),
    name: text('name').notNull(),
    operation: text('operation', { enum: ['write', 'delete'] }).notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.epochNumber, table.position] }),
    index('policy_log_at').on(table.at),
  ],
);

/** What was given up and cannot be taken by just anybody. No foreign key: what it names is gone. */
export const tombstones = pgTable(
  'tombstones',
  {
    kind: byteOrdered('kind').$type<TombstoneKind>().notNull(),
    name: byteOrdered('name').notNull(),
    identitySystem: byteOrdered('identity_system'),
    identityDomain: byteOrdered('identity_domain'),
    deletedAt: instant('deleted_at').notNull(),
    deletedBy: text('deleted_by').notNull(),
    ...epochColumns(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.name] })],
);

/** Requests that named an `Idempotency-Key`. One without a status is running. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    principal: byteOrdered('principal').notNull(),
    key: byteOrdered('key').notNull(),
    digest: text('digest').notNull(),
    createdAt: instant('created_at').notNull(),
    status: integer('status'),
    /** Not jsonb, which would put its members into another order and cannot hold every text. */
    body: json('body').$type<JsonValue>(),
  },
  (table) => [
    primaryKey({ columns: [table.principal, table.key] }),
    index('idempotency_keys_created_at').on(table.createdAt),
  ],
);

export const signingKeys = pgTable(
  'signing_keys',
  {
    kid: byteOrdered('kid').primaryKey(),
    algorithm: text('algorithm').$type<SigningAlgorithm>().notNull(),
    state: text('state').$type<SigningKeyState>().notNull(),
    publicJwk: jsonb('public_jwk').$type<PublicJwk>().notNull(),
    sealedPrivateKey: text('sealed_private_key').notNull(),
    createdAt: instant('created_at').notNull(),
    publishedAt: instant('published_at'),
    activatedAt: instant('activated_at'),
    retiredAt: instant('retired_at'),
  },
  (table) => [
    uniqueIndex('signing_keys_one_current').on(table.algorithm).where(sql`${table.state} = 'current'`),
  ],
);

export const sealedKeyPairs = pgTable('sealed_key_pairs', {
  purpose: text('purpose').primaryKey(),
  publicJwk: jsonb('public_jwk').$type<PublicJwk>().notNull(),
  sealedPrivateKey: text('sealed_private_key').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
});

/** Which key-encryption key the sealed values of this database lie under. */
export const keyEncryptionCheck = pgTable(
  'key_encryption_check',
  {
    isOnly: onlyRow(),
    fingerprint: text('fingerprint').notNull(),
    checkValue: text('check_value').notNull(),
  },
  (table) => [check('key_encryption_check_is_one_row', sql`${table.isOnly}`)],
);

/**
 * What each gateway says of each cluster's keys. No foreign key: a gateway writes its own rows and may not know yet that
 * the cluster is gone. json, as everything that a cluster had a hand in: jsonb cannot hold every text.
 */
export const clusterStatus = pgTable(
  'cluster_status',
  {
    cluster: byteOrdered('cluster').notNull(),
    replica: byteOrdered('replica').notNull(),
    writtenAt: instant('written_at').notNull(),
    status: json('status').$type<ClusterStatus>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cluster, table.replica] })],
);

/** The public keys of each cluster as the gateway that read them last saw them. */
export const keySnapshots = pgTable('key_snapshots', {
  cluster: byteOrdered('cluster').primaryKey(),
  revision: text('revision').notNull(),
  readAt: instant('read_at').notNull(),
  published: json('published').$type<KeySnapshot['published']>().notNull(),
});

/** The token that was given out by whoever has the database itself. Nobody whom the broker serves writes here. */
export const adminAccess = pgTable(
  'admin_access',
  {
    isOnly: onlyRow(),
    breakGlassSha256: text('break_glass_sha256').notNull(),
    breakGlassExpiresAt: instant('break_glass_expires_at').notNull(),
  },
  (table) => [check('admin_access_is_one_row', sql`${table.isOnly}`)],
);

/** A column that the database takes out of the event, so that what is searched cannot differ from what was recorded. */
const fromEvent = (name: string, expression: SQL) => text(name).generatedAlwaysAs(expression);

/** What may be longer than a b-tree can hold: where it lies in the event, and how much of it the column keeps. */
export const CUT_COLUMNS = {
  principal: { whole: sql`event ->> 'principal'`, length: 255 },
  cluster: {
    whole: sql`coalesce(event #>> '{workload,cluster}', event ->> 'cluster', CASE event #>> '{object,kind}' WHEN 'Cluster' THEN event #>> '{object,name}' END)`,
    length: 63,
  },
  namespace: { whole: sql`event #>> '{workload,namespace}'`, length: 63 },
  serviceAccount: { whole: sql`event #>> '{workload,serviceAccount}'`, length: 253 },
  identitySystem: {
    whole: sql`coalesce(event ->> 'identitySystem', event #>> '{object,identitySystem}', CASE event #>> '{object,kind}' WHEN 'IdentitySystem' THEN event #>> '{object,name}' END)`,
    length: 63,
  },
} as const;

const cutFromEvent = (name: string, { whole, length }: { readonly whole: SQL; readonly length: number }) =>
  fromEvent(name, sql`left(${whole}, ${sql.raw(String(length))})`);

/**
 * Every event, whole; the other columns are what events are looked for by. What comes from a token is cut to the
 * length of a Kubernetes name before a b-tree sees it: a longer value would make the insert fail, and with it the
 * batch of everyone who shares it. Hash indexes hold a hash of any length.
 *
 * Nearly every event is an exchange that issued a credential, so what it pays for is what a search must not read
 * millions of events for: one request, one token, one credential, a workload, a system. The rest of the indexes are
 * partial and leave such events out; what has none (a namespace without its cluster, say) is sifted in the order of
 * the ids.
 */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    event: jsonb('event').$type<AuditEvent>().notNull(),
    at: instant('at')
      .notNull()
      .generatedAlwaysAs(sql`to_timestamp((event ->> 'atMs')::double precision / 1000)`),
    requestId: fromEvent('request_id', sql`event ->> 'requestId'`),
    kind: fromEvent('kind', sql`event ->> 'kind'`),
    outcome: fromEvent('outcome', sql`event ->> 'outcome'`),
    reason: fromEvent('reason', sql`event ->> 'reason'`),
    principal: cutFromEvent('principal', CUT_COLUMNS.principal),
    cluster: cutFromEvent('cluster', CUT_COLUMNS.cluster),
    namespace: cutFromEvent('namespace', CUT_COLUMNS.namespace),
    serviceAccount: cutFromEvent('service_account', CUT_COLUMNS.serviceAccount),
    identitySystem: cutFromEvent('identity_system', CUT_COLUMNS.identitySystem),
    sourceJti: fromEvent('source_jti', sql`event #>> '{workload,sourceJti}'`),
    credentialJti: fromEvent('credential_jti', sql`event #>> '{credential,jti}'`),
    credentialSha256: fromEvent('credential_sha256', sql`event #>> '{credential,sha256}'`),
  },
  (table) => [
    index('audit_events_at').using('brin', table.at),
    index('audit_events_request_id').using('hash', table.requestId),
    index('audit_events_source_jti').using('hash', table.sourceJti),
    index('audit_events_credential_jti').using('hash', table.credentialJti),
    index('audit_events_credential_sha256').using('hash', table.credentialSha256),
    index('audit_events_identity_system').on(table.identitySystem, table.id),
    index('audit_events_workload').on(table.cluster, table.namespace, table.serviceAccount, table.id),
    index('audit_events_principal').on(table.principal, table.id).where(sql`${table.principal} IS NOT NULL`),
    index('audit_events_kind').on(table.kind, table.id).where(sql`${table.kind} <> 'exchange'`),
    index('audit_events_reason').on(table.reason, table.id).where(sql`${table.reason} IS NOT NULL`),
    index('audit_events_refused').on(table.id).where(sql`${table.outcome} = 'refused'`),
  ],
);
