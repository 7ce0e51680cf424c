/**
 * The data plane over HTTP: the token endpoint, discovery and keys, probes, and the pages on errors. It turns
 * requests into inputs of core and outcomes into answers, and holds no judgement of its own but whether a request can
 * be read. Apart from the admin API, so that a replica can serve it with fewer rights and without that door.
 */

export { createGateway, type Gateway, type GatewayDeps, tokenRouteOf } from './create-gateway.ts';
export { createProbes, type ProbesDeps } from './create-probes.ts';
export type { PublishedKeys } from './discovery/jwks.ts';
export type { ClientAddressOf, Connection } from './doors/gateway-env.ts';
export type { NodeDoor } from './doors/node-door.ts';
export type { FaultLine, GatewayLog, RequestLine } from './log.ts';
export type { ReadinessCheck } from './probes/health.ts';
export type { ReadMetrics } from './probes/metrics.ts';
export { type AnswerReason, answerFor } from './token/reason-answers.ts';
