/**
 * What tests need in place of a cluster, a certificate authority and a clock. Tokens and keys are made here with
 * Node's own cryptography and none of the product's libraries, so that one can judge the other. Shipped code
 * never imports it. The real Kubernetes API server is in `@symbolon/testkit/kube`.
 */

export { adminToken, type BrokerAdmin, putObject } from './broker/broker-admin.ts';
export { MAIN, runSymbolon } from './broker/run-symbolon.ts';
export { type SpawnBrokerOptions, type SpawnedBroker, spawnBroker } from './broker/spawn-broker.ts';
export { stateSettings } from './broker/state-settings.ts';
export {
  type CertificateAndKey,
  type CertificateAuthority,
  createCertificateAuthority,
} from './certificates.ts';
export { clusterSpecOf } from './cluster-spec.ts';
export { decodeToken } from './decode-token.ts';
export { ensureCommand } from './ensure-command.ts';
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { createHttpsClient, type HttpsAnswer, type HttpsClient, type HttpsRequest } from './https-client.ts';
export {
  DEFAULT_ISSUER,
  type KubernetesClaims,
  type KubernetesClaimsOptions,
  type KubernetesTokenOptions,
  kubernetesClaims,
  kubernetesToken,
  type LegacyClaimsOptions,
  legacyKubernetesClaims,
  type ObjectReference,
} from './kubernetes-token.ts';
export { ensureSchemathesis } from './schemathesis/ensure-schemathesis.ts';
export { type RawSigner, signRaw } from './sign-raw.ts';
export {
  createSigningKey,
  type PublicJwk,
  readSigningKey,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-key.ts';
export type { DocumentName, StandInRequest } from './stand-in-answers.ts';
export { type StandInCluster, type StandInClusterOptions, startStandInCluster } from './stand-in-cluster.ts';
export type { Misbehaviour } from './stand-in-misbehaviour.ts';
export { type BrokerProcess, type StartBrokerOptions, startBroker } from './start-broker.ts';
export {
  createTokenIssuer,
  type IssueTokenOptions,
  type TokenIssuer,
  type TokenIssuerOptions,
} from './token-issuer.ts';
