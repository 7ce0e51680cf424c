import { Worker } from 'node:worker_threads';
import { createSigningKey, type SigningKey } from '@symbolon/testkit';
import type { BenchWorkload } from './rules.ts';
import type { SigningWork } from './sign-tokens-worker.ts';

/** The bench's cluster: one RS256 key of 2048 bits, which the broker gets as inline keys, and whoever it signs for. */
export interface TokenSigner {
  readonly key: SigningKey;
  /** A fresh token for each, no two alike; in a worker, so that Ctrl-C is heard meanwhile. */
  sign(workloads: readonly BenchWorkload[]): Promise<readonly string[]>;
}

export const TOKEN_ISSUER = 'https://kubernetes.default.svc.cluster.local';
/** Not the broker's address, which is another in each row: tokens serve all of them. */
export const TOKEN_AUDIENCE = 'https://symbolon.bench.example';

export function createTokenSigner(): TokenSigner {
  const key = createSigningKey('RS256');
  const work = { keyPem: key.privateKeyPem, issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE };
  return { key, sign: (workloads) => inWorker({ ...work, workloads }) };
}

function inWorker(work: SigningWork): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./sign-tokens-worker.ts', import.meta.url), { workerData: work });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
