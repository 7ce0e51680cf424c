import type { CountRefusal, RecordExchange, RecordOutcome } from '../audit/ports.ts';
import { decide } from '../decision/decide.ts';
import type { CredentialType } from '../mapping/objects.ts';
import type { PolicyReason, TokenReason } from '../reasons.ts';
import { UnavailableError } from '../result.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import { exchangeEvent } from './exchange-event.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { mintCredential } from './mint-credential.ts';
import type { CatchUp, Clock, CreateId, CurrentPolicy, SignCredential, VerifySubjectToken } from './ports.ts';
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
  CatchUp &
  VerifySubjectToken &
  SignCredential &
  RecordExchange &
  CountRefusal &
  Clock &
  CreateId & {
    /** The broker's issuer: the `iss` of everything issued. */
    readonly issuer: string;
  };

/** How often a change of the policy may overtake the record of an exchange before the caller is told to come back. */
const MAX_TRIES = 3;

/**
 * The exchange (RFC 8693 §2): resolve the cluster, prove the subject token, decide, mint, record. Every judgement
 * is made before anything is signed, and the record is accepted before the credential leaves. Where the configuration
 * moved on before it was, all of it is done again under the newer policy, and what was signed before never leaves.
 *
 * What is not proven leaves no record, so nothing but this replica's own policy is asked about it: junk never waits for
 * the database. It can only be told a refusal that was right a moment ago.
 */
export function createExchangeToken(deps: ExchangeTokenDeps): ExchangeToken {
  return {
    async exchangeToken(request) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const outcome = await exchangeOnce(request, deps);
        if (outcome.kind !== 'overtaken') return outcome;
        await deps.catchUp(outcome.epoch);
      }
      throw new UnavailableError(
        'policy_unavailable',
        'the policy changed faster than exchanges were recorded',
      );
    },
  };
}

type Overtaken = Extract<RecordOutcome, { readonly kind: 'overtaken' }>;

/** One exchange under one policy; nothing of it has left when the configuration overtook its record. */
async function exchangeOnce(
  request: ExchangeRequest,
  deps: ExchangeTokenDeps,
): Promise<ExchangeOutcome | Overtaken> {
  const { policy, proof } = await proveUnderPolicyInForce(request.subjectToken, deps);
  if (proof.kind === 'refused') {
    deps.countRefusal(proof.reason, proof.cluster?.name ?? null);
    return { kind: 'unproven', reason: proof.reason, expectedAudiences: proof.cluster?.audiences ?? [] };
  }

  const { workload } = proof;
  const atMs = deps.now();
  const nowSeconds = Math.floor(atMs / 1000);
  const { grantType, audiences, scopes, tokenType, clientId } = request;
  const asked = { grantType, audiences, scopes, tokenType, clientId, nowSeconds };
  const decision = decide(policy, workload, asked);
  const decided = { request, policy, workload, decision, atMs };
  if (decision.kind === 'refuse') {
    const record = await deps.recordExchange(exchangeEvent(decided, null));
    return record.kind === 'overtaken' ? record : { kind: 'refused', reason: decision.reason, workload };
  }

  const credential = await mintCredential({ workload, decision, nowSeconds, clientId }, deps);
  const record = await deps.recordExchange(exchangeEvent(decided, credential));
  if (record.kind === 'overtaken') return record;
  return {
    kind: 'issued',
    workload,
    credential: credential.compact,
    tokenType: decision.tokenType,
    scopes: decision.scopes,
    expiresInSeconds: decision.expiresAtSeconds - Math.floor(deps.now() / 1000),
  };
}
