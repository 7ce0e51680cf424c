import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { kubernetesToken, readSigningKey } from '@symbolon/testkit';
import type { BenchWorkload } from './rules.ts';

export interface SigningWork {
  readonly keyPem: string;
  readonly issuer: string;
  readonly audience: string;
  readonly workloads: readonly BenchWorkload[];
}

const { keyPem, issuer, audience, workloads } = workerData as SigningWork;
const signingKey = readSigningKey('RS256', keyPem);
parentPort?.postMessage(
  workloads.map(({ namespace, serviceAccount }) =>
    kubernetesToken({
      signingKey,
      issuer,
      audiences: [audience],
      namespace,
      serviceAccount: { name: serviceAccount, uid: randomUUID() },
      pod: { name: `${serviceAccount}-7d4b9c5f6-x2x9k`, uid: randomUUID() },
      node: { name: 'node-1', uid: randomUUID() },
      ttlSeconds: 3_600,
    }),
  ),
);
