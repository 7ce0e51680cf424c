import type { IssueDecision } from '../decision/decision.ts';
import type { ProvenWorkload } from '../workload/workload.ts';

/** The payload of the credential (RFC 9068 §2.2 for access tokens). */
export declare function buildClaims(input: {
  readonly workload: ProvenWorkload;
  readonly decision: IssueDecision;
  readonly issuer: string;
  readonly jti: string;
  readonly nowSeconds: number;
  readonly clientId: string | null;
}): { readonly [name: string]: unknown };
