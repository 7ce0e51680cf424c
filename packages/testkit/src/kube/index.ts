/**
 * A real Kubernetes API server and its etcd on loopback, for integration tests. This folder owns how the two
 * servers are found or built, started, spoken to and stopped. They are apart from the stand-in cluster because
 * they cost a Go build once and seconds at each start; what they do is what Kubernetes does.
 */
export { ensureKubeBinaries, type KubeBinaries } from './ensure-binary.ts';
export type { SigningOptions } from './kube-apiserver-flags.ts';
export type {
  KubeClient,
  ObjectKey,
  PodOptions,
  RbacRule,
  Rights,
  TokenRequestOptions,
  TokenReviewStatus,
} from './kube-client.ts';
export { type Etcd, startEtcd } from './start-etcd.ts';
export {
  type KubeApiserver,
  type KubeApiserverOptions,
  startKubeApiserver,
} from './start-kube-apiserver.ts';
