import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**'];
const slow = ['**/*.integration.test.ts', '**/*.e2e.test.ts'];

/** Starts what brokers of a project whose environment names a deployment stand on. */
const BROKER_SETUP = join(import.meta.dirname, 'packages', 'testkit', 'src', 'broker', 'vitest-setup.ts');

/** Those that open a broker in their own process and judge it by its answers. */
const BROKER_INTEGRATION = ['exchange/exchange', 'leaks', 'live-policy', 'operations'].map(
  (name) => `apps/symbolon/src/${name}.integration.test.ts`,
);

/** Those that begin with the embedded database, whatever the deployment. */
const EMBEDDED_E2E = [
  'apps/symbolon/src/commands/serve-embedded.e2e.test.ts',
  'apps/symbolon/src/commands/serve-tls.e2e.test.ts',
  'infra/scripts/guides.e2e.test.ts',
];

/** Those that make or hurt what their brokers stand on, and so bring their own, whatever the deployment. */
const OWN_GROUND_E2E = ['infra/scripts/production.e2e.test.ts', 'infra/scripts/faults/*.e2e.test.ts'];

const notOnPostgres = [...exclude, ...EMBEDDED_E2E, ...OWN_GROUND_E2E];

const integration = { exclude, testTimeout: 60_000, hookTimeout: 120_000 };
const e2e = {
  include: ['**/*.e2e.test.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  fileParallelism: false,
};

/** Every broker that a test of the project starts stands so (packages/testkit/src/start-broker.ts). */
const on = (deployment: 'postgres' | 'replicas') => ({
  env: { SYMBOLON_TEST_DEPLOYMENT: deployment },
  globalSetup: BROKER_SETUP,
});

/** One project a tier and deployment: `npm test -- --tier unit|integration|e2e --on embedded|postgres|replicas`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, ...slow],
          // No module of ours holds state that changes, so files may share what was imported: half the time.
          isolate: false,
        },
      },
      { test: { name: 'integration', include: ['**/*.integration.test.ts'], ...integration } },
      {
        test: {
          name: 'integration-postgres',
          include: BROKER_INTEGRATION,
          ...integration,
          ...on('postgres'),
        },
      },
      { test: { name: 'e2e', exclude, ...e2e } },
      { test: { name: 'e2e-postgres', exclude: notOnPostgres, ...e2e, ...on('postgres') } },
      { test: { name: 'e2e-replicas', exclude: notOnPostgres, ...e2e, ...on('replicas') } },
    ],
  },
});
