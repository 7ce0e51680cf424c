import {
  compilePolicy,
  createExchangeToken,
  createVerifySubjectToken,
  type ExchangeEvent,
  UnavailableError,
} from '@symbolon/core';
import { createFetchJwks, createKeyCache, createVerifySignature } from '@symbolon/kubernetes';
import { createTestGateway, ISSUER, type TestGateway } from '../../test-support.ts';
import { now } from './clusters.ts';
import { snapshot } from './policy.ts';

export interface Broker extends TestGateway {
  /** What requests left behind, in the words of the golden table. */
  readonly left: readonly string[];
  readonly events: readonly ExchangeEvent[];
}

/** The gateway with everything of the exchange behind it but the store, whose ports are arrays here. */
export function createBroker(trouble?: string): Broker {
  const policy = compilePolicy(snapshot, { issuer: ISSUER });
  const left: string[] = [];
  const events: ExchangeEvent[] = [];
  const failIf = (
    what: string,
    reason: 'policy_unavailable' | 'signing_key_unavailable' | 'audit_unavailable',
  ) => {
    if (trouble === what) throw new UnavailableError(reason, `tried without ${what}`);
    if (trouble === 'defect') throw new TypeError('undefined is not a function');
  };
  const keys = createKeyCache({
    ...createFetchJwks({ readClusterToken: async () => null, clusterCredentialsDir: null, inCluster: null }),
    now,
    reportKeys: () => {},
  });
  const countRefusal = (reason: string) => left.push(`counted ${reason}`);
  const exchange = createExchangeToken({
    issuer: ISSUER,
    now,
    createId: () => 'credential-1',
    countRefusal,
    currentPolicy: () => {
      failIf('policy', 'policy_unavailable');
      return policy;
    },
    catchUp: () => Promise.reject(new Error('nothing overtook it')),
    ...createVerifySubjectToken(createVerifySignature(keys)),
    signCredential: async ({ typ, claims }) => {
      failIf('signing key', 'signing_key_unavailable');
      return { compact: JSON.stringify({ typ, claims }), sha256: '00' };
    },
    recordExchange: async (event) => {
      failIf('audit', 'audit_unavailable');
      events.push(event);
      left.push(`recorded ${event.reason ?? 'issued'}`);
      return { kind: 'recorded' };
    },
  });
  return { ...createTestGateway({ ...exchange, countRefusal }), left, events };
}
