import { UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import type { SchemaEngine, SchemaState } from '../cli/schema-engine.ts';
import { createSecret } from '../config/secret.ts';
import { checkDatabase } from './check-database.ts';

const urlOf = (login: string) => createSecret(`postgres://${login}:canary@db/symbolon?sslmode=disable`);
const engineThat = (check: SchemaEngine['checkDatabase']) => ({ checkDatabase: check });
const found = (state: SchemaState, owner: string | null = null) =>
  checkDatabase(
    { url: urlOf('gateway'), migrateUrl: owner === null ? null : urlOf(owner) },
    engineThat(async () => state),
  );

test('a schema that is up to date is well, one that is behind or unknown is a problem with what to do', async () => {
  expect(await found({ kind: 'up_to_date' })).toMatchObject([{ status: 'ok' }]);
  expect(await found({ kind: 'pending', names: ['0001_a', '0002_b'] })).toMatchObject([
    { status: 'problem', what: expect.stringContaining('lacks 2'), fix: 'run "symbolon migrate"' },
  ]);
  expect(await found({ kind: 'unknown', problem: 'it has 0099' })).toMatchObject([
    { status: 'problem', what: 'it has 0099' },
  ]);
});

test('A50: a database that does not answer is a problem that names the setting, and nothing of the URL', async () => {
  const cause = Object.assign(new Error('the driver says canary'), { code: 'ECONNREFUSED' });
  const findings = await checkDatabase(
    { url: urlOf('gateway'), migrateUrl: urlOf('owner') },
    engineThat(() => Promise.reject(new UnavailableError('storage_unavailable', 'x', { cause }))),
  );
  expect(findings[0]).toMatchObject({
    status: 'problem',
    what: expect.stringMatching(/SYMBOLON_DATABASE_URL.*ECONNREFUSED/),
  });
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test("a broker that enters as the schema's owner is a warning", async () => {
  expect((await found({ kind: 'up_to_date' }, 'gateway')).at(-1)).toMatchObject({ status: 'warning' });
  expect((await found({ kind: 'up_to_date' }, 'owner')).at(-1)).toMatchObject({ status: 'ok' });
});
