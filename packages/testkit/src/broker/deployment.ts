/** How the brokers of a test run stand: on the embedded database, on PostgreSQL, or as two replicas on it. */
export const DEPLOYMENTS = ['embedded', 'postgres', 'replicas'] as const;
export type Deployment = (typeof DEPLOYMENTS)[number];

/** Says to every process of a test run how brokers are to be started. */
export const DEPLOYMENT_VARIABLE = 'SYMBOLON_TEST_DEPLOYMENT';

/** Throws for a word that is none: it must not pass for the default. */
export function readDeployment(env: NodeJS.ProcessEnv): Deployment {
  const word = env[DEPLOYMENT_VARIABLE] ?? 'embedded';
  const deployment = DEPLOYMENTS.find((one) => one === word);
  if (deployment === undefined)
    throw new Error(`${DEPLOYMENT_VARIABLE} is none of ${DEPLOYMENTS.join(', ')}`);
  return deployment;
}
