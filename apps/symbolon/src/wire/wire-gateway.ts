import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createExchangeToken, type ExchangeToken } from '@symbolon/core';
import { createGateway } from '@symbolon/gateway';
import { createRememberedProofs, createVerifySignature } from '@symbolon/kubernetes';
import type { Door } from '../serve/http-listener.ts';
import { countInFlight, countInFlightAtDoor } from '../serve/metrics/count-in-flight.ts';
import { readiness } from '../serve/readiness.ts';
import { SHIPPED_FILES } from '../shipped-files.ts';
import type { GatewayParts } from './assemble-gateway-parts.ts';
import type { Parts } from './assemble-parts.ts';
import type { Handle } from './broker.ts';

/** The data plane: its handler, and the shorter way to its token endpoint. */
export function wireGateway(
  parts: Parts,
  gateway: GatewayParts,
): { readonly handle: Handle; readonly tokenDoor: Door } {
  const { refusals, metrics, config, issuer, clientAddressOf, elapsedMs } = parts;
  const { signingKeys } = gateway;
  const { app, tokenDoor } = createGateway({
    exchangeToken: wireExchange(parts, gateway).exchangeToken,
    countRefusal: refusals.countRefusal,
    publishedKeys: signingKeys.publishedKeys,
    algorithms: () => signingKeys.publishedKeys().algorithms,
    readiness: () => readiness(parts),
    random: Math.random,
    createId: randomUUID,
    elapsedMs,
    issuer,
    errorsMarkdown: readFileSync(SHIPPED_FILES.errorsMarkdown, 'utf8'),
    metrics: config.metricsListen === null ? metrics : null,
    clientAddressOf,
    log: parts.requestLog('gateway'),
  });
  return {
    handle: countInFlight('gateway', app.fetch, metrics),
    tokenDoor: countInFlightAtDoor('gateway', tokenDoor, metrics),
  };
}

function wireExchange(
  { policies, audit, refusals, issuer, now }: Parts,
  { signingKeys, clusterKeys, cacheKey }: GatewayParts,
): ExchangeToken {
  const { verifySubjectToken } = createRememberedProofs({
    verifySignature: createVerifySignature(clusterKeys).verifySignature,
    knownKeys: clusterKeys.knownKeys,
    now,
    key: cacheKey,
  });
  return createExchangeToken({
    currentPolicy: policies.currentPolicy,
    catchUp: policies.catchUp,
    verifySubjectToken,
    signCredential: signingKeys.signCredential,
    recordExchange: audit.recordExchange,
    countRefusal: refusals.countRefusal,
    createId: randomUUID,
    issuer,
    now,
  });
}
