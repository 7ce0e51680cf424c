import type { CountRefusal, RecordExchange } from '../audit/ports.ts';
import { decide } from '../decision/decide.ts';
import type { CredentialType } from '../mapping/objects.ts';
import type { PolicyReason, TokenReason } from '../reasons.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import { exchangeEvent } from './exchange-event.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { mintCredential } from './mint-credential.ts';
import type { Clock, CreateId, CurrentPolicy, SignCredential, VerifySignature } from './ports.ts';
import { proveUnderPolicyInForce } from './prove-under-policy-in-force.ts';

export type ExchangeOutcome =
  | {
      readonly kind: 'issued';
      readonly credential: string;
      readonly tokenType: CredentialType;
      readonly scopes: readonly string[];
      readonly expiresInSeconds: number;
      readonly workload: ProvenWorkload;
    }
  | { readonly kind: 'unproven'; readonly reason: TokenReason; readonly expectedAudiences: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: PolicyReason; readonly workload: ProvenWorkload };

export interface ExchangeToken {
  /** Throws `UnavailableError` for the broker's own trouble; every judgement of the caller's request is an outcome. */
  exchangeToken(request: ExchangeRequest): Promise<ExchangeOutcome>;
}

export type ExchangeTokenDeps = CurrentPolicy &
  VerifySignature &
  SignCredential &
  RecordExchange &
  CountRefusal &
  Clock &
  CreateId & {
    /** The broker's issuer: the `iss` of everything issued. */
    readonly issuer: string;
  };

/**
 * The exchange (RFC 8693 §2): resolve the cluster, prove the subject token, decide, mint, record. Every judgement
 * is made before anything is signed, and the record is durable before the credential leaves.
 */
export function createExchangeToken(deps: ExchangeTokenDeps): ExchangeToken {
  return {
    async exchangeToken(request) {
      const { policy, proof } = await proveUnderPolicyInForce(request.subjectToken, deps);
      if (proof.kind === 'refused') {
        deps.countRefusal(proof.reason, proof.cluster?.name ?? null);
        return {
          kind: 'unproven',
          reason: proof.reason,
          expectedAudiences: proof.cluster?.audiences ?? [],
        };
      }

      const { workload } = proof;
      const atMs = deps.now();
      const nowSeconds = Math.floor(atMs / 1000);
      const decision = decide(policy, workload, { ...request, nowSeconds });
      const decided = { request, policy, workload, decision, atMs };
      if (decision.kind === 'refuse') {
        await deps.recordExchange(exchangeEvent(decided, null));
        return { kind: 'refused', reason: decision.reason, workload };
      }

      const { clientId } = request;
      const credential = await mintCredential({ workload, decision, nowSeconds, clientId }, deps);
      await deps.recordExchange(exchangeEvent(decided, credential));
      return {
        kind: 'issued',
        workload,
        credential: credential.compact,
        tokenType: decision.tokenType,
        scopes: decision.scopes,
        expiresInSeconds: decision.expiresAtSeconds - Math.floor(deps.now() / 1000),
      };
    },
  };
}
