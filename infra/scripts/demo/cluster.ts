import { startStandInCluster } from '@symbolon/testkit';
import { startKubeApiserver } from '@symbolon/testkit/kube';

export interface DemoWorkload {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** A cluster with one pod of the workload in it. */
export interface DemoCluster {
  /** In words, at the beginning of a sentence. */
  readonly what: string;
  readonly url: string;
  readonly caPem: string;
  readonly issuer: string;
  /** Lets the broker read the cluster's keys. */
  readonly readerToken: string;
  /** What the pod's projected volume holds. */
  requestToken(audience: string): Promise<string>;
  stop(): Promise<void>;
}

const POD = 'api-7d4b9c';

/** An https server with its own CA and bearer-protected keys, which signs tokens in the shape of TokenRequest. */
export async function startStandIn({ namespace, serviceAccount }: DemoWorkload): Promise<DemoCluster> {
  const cluster = await startStandInCluster({ name: 'demo cluster' });
  return {
    what: 'A stand-in for a Kubernetes cluster',
    url: cluster.url,
    caPem: cluster.caPem,
    issuer: cluster.issuer,
    readerToken: cluster.readerToken(),
    requestToken: async (audience) =>
      cluster.issueToken({ namespace, serviceAccount, audiences: [audience], pod: POD, node: 'node-1' }),
    stop: () => cluster.stop(),
  };
}

/** A real kube-apiserver, whose TokenRequest API gives the token. */
export async function startRealCluster({ namespace, serviceAccount }: DemoWorkload): Promise<DemoCluster> {
  const server = await startKubeApiserver({ log: (line) => process.stderr.write(`${line}\n`) });
  await server.createNamespace(namespace);
  await server.createServiceAccount({ namespace, name: serviceAccount });
  const pod = await server.createPod({ namespace, name: POD, serviceAccount });
  return {
    what: 'A real kube-apiserver',
    url: server.url,
    caPem: server.caPem,
    issuer: server.issuer(),
    readerToken: await server.createJwksReader(),
    requestToken: (audience) =>
      server.requestToken({
        namespace,
        serviceAccount,
        audiences: [audience],
        boundObjectRef: { kind: 'Pod', ...pod },
      }),
    stop: () => server.stop(),
  };
}
