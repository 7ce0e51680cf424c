import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExchangeEvent, ExplainEvent } from '../audit/events.ts';
import { compilePolicy, type Policy } from '../decision/compile-policy.ts';
import { policySketch, requestSketch, workloadSketch } from '../decision/generated-policies.test-support.ts';
import {
  BROKER_ISSUER,
  NOW_SECONDS,
  snapshotOf,
  type WorkloadSketch,
  workloadOf,
} from '../decision/policy-fixtures.test-support.ts';
import { createExchangeToken, type ExchangeOutcome } from '../exchange/exchange-token.ts';
import type { SignatureReason } from '../exchange/ports.ts';
import { createVerifySubjectToken } from '../exchange/verify-subject-token.ts';
import { isDnsLabel, isDnsSubdomain } from '../mapping/names.ts';
import { POLICY_REASONS, TOKEN_REASONS } from '../reasons.ts';
import { type Refused, refused } from '../result.ts';
import type { UnverifiedToken, VerifiedToken } from '../workload/subject-token.ts';
import { createExplain } from './create-explain.ts';

const SIGNATURE_REASONS: readonly SignatureReason[] = [
  'token_algorithm_not_allowed',
  'token_key_unknown',
  'token_signature_invalid',
  'token_cluster_ambiguous',
];

/** One thing wrong with a token, by the reason that it is refused for; what is left out is for the verdict below. */
const FLAWS: readonly { readonly header?: object; readonly claims?: object; readonly junk?: string }[] = [
  { junk: 'junk' },
  { junk: 'a.b.c.d.e' },
  { header: { crit: ['b64'] } },
  { header: { alg: 'HS256' } },
  { claims: { iss: 'https://elsewhere.example' } },
  { claims: { 'kubernetes.io/serviceaccount/namespace': 'demo' } },
  { claims: { exp: undefined } },
  { claims: { exp: 'tomorrow' } },
  { claims: { sub: 'system:serviceaccount:demo:other' } },
  { claims: { aud: ['other.example'] } },
  { claims: { aud: [BROKER_ISSUER, 'other.example'] } },
  { claims: { aud: [BROKER_ISSUER, 'https://kubernetes.default.svc'] } },
  { claims: { iat: NOW_SECONDS - 7200, exp: NOW_SECONDS - 3600 } },
  { claims: { nbf: NOW_SECONDS + 60 } },
  { claims: { exp: NOW_SECONDS + 90_000 } },
  {
    claims: { 'kubernetes.io': { namespace: 'demo', serviceaccount: { name: 'api', uid: 'u' }, secret: {} } },
  },
];

/** None of them in all but one of `times` cases. */
const seldom = <T>(times: number, ...values: readonly T[]) =>
  fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );

/** Most names are such as Kubernetes gives: no other token gets as far as the policy. */
const workload = workloadSketch.filter(
  ({ namespace = '', serviceAccount = '' }) => isDnsLabel(namespace) && isDnsSubdomain(serviceAccount),
);

const question = fc.record({
  workload: fc.oneof({ weight: 30, arbitrary: workload }, { weight: 1, arbitrary: workloadSketch }),
  request: requestSketch,
  flaw: seldom(8, ...FLAWS),
  verdict: seldom(40, ...SIGNATURE_REASONS),
});

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** What the API server of the workload's cluster would write, with one flaw; nothing is signed. */
function tokenOf(sketch: WorkloadSketch, flaw: (typeof FLAWS)[number] | null): string {
  const { namespace, serviceAccount, pod, node, source } = workloadOf({
    ...sketch,
    source: sketch.source ?? {},
  });
  const uid = serviceAccount.uid ?? 'uid-3';
  const { uid: nodeUid, ...nodeName } = node ?? { uid: null };
  const claims = {
    iss: 'https://kubernetes.default.svc',
    aud: [BROKER_ISSUER],
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
    iat: source?.issuedAtSeconds,
    exp: Math.floor(source?.expiresAtSeconds ?? 0),
    jti: source?.jti ?? undefined,
    'kubernetes.io': {
      namespace,
      serviceaccount: { name: serviceAccount.name, uid },
      ...(pod === null ? {} : { pod }),
      ...(node === null || (nodeUid === null && pod === null)
        ? {}
        : { node: nodeUid === null ? nodeName : node }),
    },
    ...flaw?.claims,
  };
  return flaw?.junk ?? `${encode({ alg: 'RS256', kid: 'a', ...flaw?.header })}.${encode(claims)}.AAAA`;
}

interface Asked {
  readonly subjectToken: string;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenType: 'access_token' | 'jwt' | 'id_token' | null;
}

/** Both use cases over one policy, one clock and one judge of signatures. */
async function askBoth(
  policy: Policy,
  asked: Asked,
  verdict: { readonly cluster: string; readonly refusal: SignatureReason | null },
) {
  const signed: (readonly [string, unknown])[][] = [];
  const exchanges: ExchangeEvent[] = [];
  const explanations: ExplainEvent[] = [];
  const shared = {
    issuer: BROKER_ISSUER,
    currentPolicy: () => policy,
    now: () => NOW_SECONDS * 1000 + 250,
    // The cast that a test may make: signatures are verified elsewhere.
    async verifySignature({ claims }: UnverifiedToken) {
      return verdict.refusal === null
        ? ({ kind: 'verified', token: { cluster: verdict.cluster, claims } as VerifiedToken } as const)
        : (refused(verdict.refusal) satisfies Refused<SignatureReason>);
    },
  };
  const { exchangeToken } = createExchangeToken({
    ...shared,
    ...createVerifySubjectToken(shared),
    catchUp: () => Promise.reject(new Error('nothing overtook it')),
    createId: () => 'explained-and-not-issued',
    async signCredential({ claims }) {
      signed.push(Object.entries(claims));
      return { compact: 'signed', sha256: 'digest' };
    },
    async recordExchange(event) {
      exchanges.push(event);
      return { kind: 'recorded' };
    },
    countRefusal: () => undefined,
  });
  const { explain } = createExplain({
    ...shared,
    list: async () => [],
    recordExplanation: async (event) => void explanations.push(event),
  });
  const request = { requestId: 'r', traceId: null };
  const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
  const outcome = await exchangeToken({ ...request, ...asked, grantType, clientId: null });
  const explanation = await explain({
    ...request,
    ...asked,
    principal: 'somebody',
    subject: { kind: 'subjectToken', subjectToken: asked.subjectToken },
    draftRules: [],
  });
  return { outcome, explanation, signed, exchanges, explanations };
}

const reasonOf = (outcome: ExchangeOutcome) => (outcome.kind === 'issued' ? null : outcome.reason);

test('A45: explain says of 10,000 tokens what the token endpoint does, with its reasons and its claims', async () => {
  const seen = new Map<string | null, number>();
  const property = fc.asyncProperty(
    policySketch,
    fc.array(question, { minLength: 20, maxLength: 20 }),
    async (sketch, questions) => {
      const policy = compilePolicy(snapshotOf(sketch), { issuer: BROKER_ISSUER });
      for (const { workload: sketched, request, flaw, verdict } of questions) {
        const subjectToken = tokenOf(sketched, flaw);
        const { audiences = ['vault.company.com'], scopes = [], tokenType = null } = request;
        const { outcome, explanation, signed, exchanges, explanations } = await askBoth(
          policy,
          { subjectToken, audiences, scopes, tokenType },
          { cluster: sketched.cluster ?? 'eu1', refusal: verdict },
        );
        const reason = reasonOf(outcome);
        seen.set(reason, (seen.get(reason) ?? 0) + 1);

        expect(explanation.reason).toBe(reason);
        expect(explanation.decision).toBe(outcome.kind === 'issued' ? 'issue' : 'refuse');
        expect(Object.entries(explanation.credential?.claims ?? {})).toEqual(signed[0] ?? []);
        expect(explanation.credential?.expiresInSeconds).toBe(
          outcome.kind === 'issued' ? outcome.expiresInSeconds : undefined,
        );
        const [{ workload: seenBy, identitySystem, target, rule } = UNPROVEN] = exchanges;
        expect(explanations).toMatchObject([{ reason, workload: seenBy, identitySystem, target, rule }]);
        expect(explanation).toMatchObject({ workload: seenBy, identitySystem, target });
      }
    },
  );
  await fc.assert(property, { numRuns: 500 });
  // The comparison says something only where every outcome was met.
  expect(new Set(seen.keys())).toEqual(new Set([null, ...POLICY_REASONS, ...TOKEN_REASONS]));
}, 60_000);

const UNPROVEN = { workload: null, identitySystem: null, target: null, rule: null };
