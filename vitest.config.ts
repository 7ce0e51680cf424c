import { availableParallelism } from 'node:os';
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

/** Those that hurt what their brokers stand on, and measure how long it does. */
const FAULTS = ['infra/scripts/faults/*.e2e.test.ts'];

/** Those that make what their brokers stand on, and so bring their own, whatever the deployment. */
const OWN_GROUND_E2E = ['infra/scripts/production.e2e.test.ts', ...FAULTS];

const notOnPostgres = [...exclude, ...EMBEDDED_E2E, ...OWN_GROUND_E2E];

/** A file for each core: most of them wait for servers. */
const together = { maxWorkers: Math.max(2, availableParallelism()), sequence: { groupOrder: 0 } };

const integration = { exclude, testTimeout: 60_000, hookTimeout: 120_000, ...together };
const e2e = {
  include: ['**/*.e2e.test.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
};

/** What they measure is nobody else's doing. */
const alone = { fileParallelism: false, sequence: { groupOrder: 1 } };

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
          ...together,
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
      { test: { name: 'e2e', exclude: [...exclude, ...FAULTS], ...e2e, ...together } },
      { test: { name: 'e2e-faults', ...e2e, include: FAULTS, exclude, ...alone } },
      { test: { name: 'e2e-postgres', exclude: notOnPostgres, ...e2e, ...together, ...on('postgres') } },
      { test: { name: 'e2e-replicas', exclude: notOnPostgres, ...e2e, ...together, ...on('replicas') } },
    ],
  },
});
