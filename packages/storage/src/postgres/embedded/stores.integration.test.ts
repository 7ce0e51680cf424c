import { emptyDatabase } from '../../conformance/empty-database.ts';
import { describeStores } from '../../conformance/index.ts';
import { createPostgresStores } from '../create-postgres-stores.ts';
import { useDatabase } from './test-support.ts';

const database = useDatabase();

describeStores('PGlite', async () => {
  await emptyDatabase(database());
  return createPostgresStores(database()).stores;
});
