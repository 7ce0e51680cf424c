import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type PostgresVersion, startPostgres } from '../postgres/index.ts';
import type { Deployment } from './deployment.ts';
import { runSymbolon } from './run-symbolon.ts';

export type OnPostgres = Exclude<Deployment, 'embedded'>;

/** Both versions that are supported are met by the tests of brokers. */
const VERSIONS = { postgres: '18', replicas: '15' } as const satisfies Readonly<
  Record<OnPostgres, PostgresVersion>
>;

/** A PostgreSQL for the brokers of one test run, in words that pass from one process to another. */
interface TestServer {
  /** As the superuser. */
  readonly url: string;
  /** A database with the schema and nothing in it, to which nobody connects. */
  readonly template: string;
  /** Of a login with the rights of a broker and no others; the database is left out. */
  readonly brokerUrl: string;
}

/**
 * Starts the server that brokers of this deployment need, with a database that has the schema, as `symbolon migrate`
 * makes it. From then on this process, and those that it starts, make databases of brokers on it.
 */
export async function startTestServer(deployment: OnPostgres): Promise<{ stop(): Promise<void> }> {
  const postgres = await startPostgres(VERSIONS[deployment]);
  try {
    const template = await postgres.createDatabase();
    await runSymbolon(['migrate'], { SYMBOLON_MIGRATE_DATABASE_URL: template.url });
    const login = await postgres.createLogin({ memberOf: ['symbolon_gateway', 'symbolon_admin'] });
    const server: TestServer = {
      url: postgres.url,
      template: template.name,
      brokerUrl: login.urlOf({ ...template, name: '' }),
    };
    process.env[variableOf(deployment)] = JSON.stringify(server);
    return { stop: postgres.stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A database of its own for one broker; its URL, as the broker is to be given it. Throws where no server was started. */
export async function createBrokerDatabase(deployment: OnPostgres): Promise<string> {
  const started = process.env[variableOf(deployment)];
  if (started === undefined) {
    throw new Error(
      `no PostgreSQL was started for brokers in deployment ${deployment}: run this by "npm test"`,
    );
  }
  const { url, template, brokerUrl } = JSON.parse(started) as TestServer;
  const name = `broker_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await client.end();
  }
  return `${brokerUrl}${name}`;
}

function variableOf(deployment: OnPostgres): string {
  return `SYMBOLON_TEST_SERVER_${deployment.toUpperCase()}`;
}
