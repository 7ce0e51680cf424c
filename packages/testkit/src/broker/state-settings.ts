import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Deployment, readDeployment } from './deployment.ts';
import { runSymbolon } from './run-symbolon.ts';
import { createBrokerDatabase } from './test-server.ts';

/** Beside the folder's secrets, so that a broker that is started on it again finds its own data. */
const DATABASE_FILE = 'test-database-url';

/**
 * The settings that say where a broker's state and secrets are. On PostgreSQL the secrets are made in the folder by
 * `symbolon init` and the database by the test kit, where they are not there from an earlier start.
 */
export async function stateSettings(
  dataDir: string,
  deployment: Deployment = readDeployment(process.env),
): Promise<Readonly<Record<string, string>>> {
  if (deployment === 'embedded') return { SYMBOLON_DATA_DIR: dataDir };
  const databaseFile = join(dataDir, DATABASE_FILE);
  if (!existsSync(databaseFile)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const [url] = await Promise.all([
      createBrokerDatabase(deployment),
      runSymbolon(['init', '--out', dataDir]),
    ]);
    writeFileSync(databaseFile, url, { mode: 0o600 });
  }
  return {
    SYMBOLON_DATABASE_URL: readFileSync(databaseFile, 'utf8'),
    SYMBOLON_KEK_FILE: join(dataDir, 'key-encryption-key'),
    SYMBOLON_ADMIN_TOKEN_FILE: join(dataDir, 'admin-token'),
  };
}
