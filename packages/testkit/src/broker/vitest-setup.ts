import type { TestProject } from 'vitest/node';
import { DEPLOYMENT_VARIABLE, readDeployment } from './deployment.ts';
import { startTestServer } from './test-server.ts';

/** Run once before the tests of a project whose environment names a deployment; what it returns runs after them. */
export async function setup({ config }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const deployment = readDeployment({ [DEPLOYMENT_VARIABLE]: config.env[DEPLOYMENT_VARIABLE] });
  return deployment === 'embedded' ? undefined : (await startTestServer(deployment)).stop;
}
