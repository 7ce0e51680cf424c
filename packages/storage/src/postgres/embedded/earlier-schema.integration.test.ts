import { fileURLToPath } from 'node:url';
import type { AuditEvent } from '@symbolon/core';
import { startPostgres } from '@symbolon/testkit/postgres';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import {
  auditQuery,
  keyOf,
  sample,
  sampleChange,
  sampleCluster,
  sampleExchange,
  sampleRefusals,
  sampleRule,
  sampleSystem,
  sampleTarget,
} from '../../conformance/samples.ts';
import type { OpenStores } from '../../stores.ts';
import type { Database } from '../database.ts';
import { ENGINES, type Engine, VERSIONS } from '../engines.test-support.ts';
import { migrate } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { migratePostgres } from '../server/migrate-postgres.ts';
import { openPostgres } from '../server/open-postgres.ts';
import { ownerOf } from '../server/test-support.ts';
import { openEmbedded } from './open-embedded.ts';
import { openFolder } from './open-folder.ts';
import { migrationsDir, temporaryFolder, workerUrl } from './test-support.ts';

/** As the version that shipped two migrations left them. */
const OBJECTS = [
  sampleCluster('production'),
  sampleSystem('sys'),
  sampleTarget('sys', 'vault'),
  sampleRule('sys', 'allow'),
  sample(keyOf('Revocation', 'stolen')),
];
const TABLES = {
  Cluster: 'clusters',
  IdentitySystem: 'identity_systems',
  Target: 'targets',
  MappingRule: 'mapping_rules',
  Revocation: 'revocations',
};
/** Events did not say which trace they are of. */
const earlierEvent = (event: AuditEvent) =>
  JSON.stringify(event, (name, member: unknown) => (name === 'traceId' ? undefined : member));

async function fillEarlierSchema(database: Database): Promise<void> {
  await database.run((statements) => statements.execute(sql`UPDATE epoch SET number = 41, id = 'epoch-41'`));
  for (const { key, spec, labels, description, updatedBy } of OBJECTS) {
    const owner = key.identitySystem === null ? sql`` : sql`${key.identitySystem},`;
    await database.run((statements) =>
      statements.execute(sql`
        INSERT INTO ${sql.identifier(TABLES[key.kind])}
        VALUES (${owner} ${key.name}, ${JSON.stringify(spec)}::jsonb, ${JSON.stringify(labels)}::jsonb, ${description},
                '2026-10-01T00:00:00.001Z', '2026-10-02T00:00:00.002Z', ${updatedBy}, 41, 'epoch-41')`),
    );
  }
  await database.run((statements) =>
    statements.execute(
      sql`INSERT INTO target_audiences VALUES ('https://vault.sys.example', 'sys', 'vault')`,
    ),
  );
  await database.run((statements) =>
    statements.execute(sql`INSERT INTO cluster_credentials VALUES ('production', 'sealed')`),
  );
  const events = [sampleExchange('r-1'), sampleChange('r-2'), sampleRefusals(3)];
  for (const event of events) {
    await database.run((statements) =>
      statements.execute(sql`INSERT INTO audit_events (event) VALUES (${earlierEvent(event)}::jsonb)`),
    );
  }
}

/** Leaves a database as an earlier version did, and opens it as this one does. */
async function openEarlier(engine: Engine): Promise<OpenStores> {
  const earlier = (await readMigrations(fileURLToPath(migrationsDir))).slice(0, 2);
  const leaveIn = async (database: Database) => {
    await migrate(database, earlier);
    await fillEarlierSchema(database);
  };
  if (engine === 'PGlite') {
    const dataDir = await temporaryFolder();
    const folder = await openFolder({ dataDir, workerUrl });
    await leaveIn(folder.database);
    await folder.close();
    return openEmbedded({ dataDir, workerUrl, migrationsDir });
  }
  const postgres = await startPostgres(VERSIONS[engine]);
  onTestFinished(() => postgres.stop());
  const { url } = await postgres.createDatabase();
  const database = ownerOf(url);
  await leaveIn(database);
  await database.close();
  const { kind } = await migratePostgres({ url, migrationsDir });
  expect(kind).toBe('migrated');
  return openPostgres({ url, migrationsDir, applicationName: 'symbolon test' });
}

test.each(ENGINES)(
  'what an earlier version left is brought forward whole, and what is new works on it: %s',
  async (engine) => {
    const { stores, close } = await openEarlier(engine);
    const snapshot = await stores.readSnapshot();
    expect(snapshot.epoch).toEqual({ number: 41, id: 'epoch-41' });
    const { clusters, identitySystems, targets, rules, revocations } = snapshot;
    expect([clusters, identitySystems, targets, rules, revocations].flat()).toEqual(
      OBJECTS.map(({ key, spec, labels, description, updatedBy }) => ({
        key,
        spec,
        labels,
        description,
        metadata: {
          createdAtMs: Date.parse('2026-10-01T00:00:00.001Z'),
          updatedAtMs: Date.parse('2026-10-02T00:00:00.002Z'),
          updatedBy,
          epoch: snapshot.epoch,
        },
      })),
    );
    expect(await stores.readClusterCredential('production')).toBe('sealed');

    const events = [{ ...sampleExchange('r-1'), traceId: null }, sampleChange('r-2'), sampleRefusals(3)];
    expect(await stores.listAuditEvents(auditQuery())).toEqual(
      events.map((event, index) => ({ id: index + 1, event })),
    );
    const found = await stores.listAuditEvents(
      auditQuery({ filter: { kind: 'exchange', outcome: 'issued', credentialSha256: 'a'.repeat(64) } }),
    );
    expect(found.map(({ id }) => id)).toEqual([1]);
    expect(await stores.listTombstones({ kind: null, after: null, limit: 9 })).toEqual([]);

    const next = await stores.change(async (transaction) => {
      expect(await transaction.findTargetByAudience('https://vault.sys.example')).toEqual(OBJECTS[2]?.key);
      await transaction.write(sampleCluster('later'));
      return transaction.nextEpoch;
    });
    expect(next.number).toBe(42);
    await close();
  },
);
