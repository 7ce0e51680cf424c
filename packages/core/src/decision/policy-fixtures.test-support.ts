import type {
  ConfigurationSnapshot,
  Kind,
  SpecByKind,
  StoredObject,
} from '../configuration/stored-object.ts';
import type {
  ClusterSpec,
  IdentitySystemSpec,
  MappingRuleSpec,
  RevocationSpec,
  RuleMatch,
  TargetSpec,
} from '../mapping/objects.ts';
import type { DescribedWorkload, SourceToken } from '../workload/workload.ts';
import type { DecisionRequest } from './decision.ts';

/** 2027-01-15T08:00:00Z. */
export const NOW_SECONDS = 1_800_000_000;
export const BROKER_ISSUER = 'https://broker.company.com';

/**
 * Objects as tests write them: what is left out has the value that an operator would have left it at. Targets and
 * rules are named `<system>/<name>`, or by their name alone in the system `myidsystem`.
 */
export interface PolicySketch {
  readonly clusters?: Sketches<ClusterSpec>;
  readonly identitySystems?: Sketches<IdentitySystemSpec>;
  readonly targets?: Sketches<TargetSpec>;
  readonly rules?: Sketches<Omit<MappingRuleSpec, 'match'> & { readonly match: Partial<RuleMatch> }>;
  readonly revocations?: Sketches<RevocationSpec>;
}

type Sketches<Spec> = { readonly [name: string]: Partial<Spec> };

const EPOCH = { number: 7, id: 'epoch-7' };

export const CLUSTER: ClusterSpec = {
  displayName: '',
  issuers: ['https://kubernetes.default.svc'],
  allowSharedAudience: false,
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  allowedAlgorithms: ['RS256'],
  reviewCacheSeconds: 10,
  watchStaleSeconds: 75,
  lockOutOn: 'deletion',
  maxTokenLifetimeSeconds: 86_400,
  clockSkewSeconds: 30,
  enabled: true,
};

export const TARGET: TargetSpec = {
  audiences: ['vault.company.com'],
  tokenTypes: ['access_token', 'jwt'],
  signingAlgorithm: 'ES256',
  defaultTtlSeconds: 600,
  minTtlSeconds: 60,
  maxTtlSeconds: 3600,
  mayOutliveSource: false,
  maxSubjectBytes: 255,
  scopes: ['read', 'write', 'admin'],
  claims: { include: [] },
  enabled: true,
};

const RULE: MappingRuleSpec = {
  effect: 'allow',
  enforcement: 'enforce',
  priority: 0,
  match: { clusters: ['*'], namespaces: ['*'], serviceAccounts: ['*'] },
  allowDefaultServiceAccount: false,
  targets: ['*'],
  claims: {},
  enabled: true,
};

export function snapshotOf(sketch: PolicySketch): ConfigurationSnapshot {
  const { clusters = { eu1: {} }, identitySystems = { myidsystem: {} } } = sketch;
  const { targets = { vault: {} }, rules = {}, revocations = {} } = sketch;
  return {
    epoch: EPOCH,
    clusters: named(clusters, (name, spec) => stored('Cluster', name, { ...CLUSTER, ...spec })),
    identitySystems: named(identitySystems, (name, spec) => stored('IdentitySystem', name, systemOf(spec))),
    targets: named(targets, (name, spec) => stored('Target', owned(name), { ...TARGET, ...spec })),
    rules: named(rules, (name, spec) => stored('MappingRule', owned(name), ruleOf(spec))),
    revocations: named(revocations, (name, spec) =>
      stored('Revocation', name, { reason: 'a test', ...spec }),
    ),
  };
}

/** The form without `{cluster}` names the domain `eu1` unless told otherwise; the other form takes none. */
function systemOf(spec: Partial<IdentitySystemSpec>): IdentitySystemSpec {
  const { subject = '{namespace}.{serviceAccount}' } = spec;
  const domain = subject === '{namespace}.{serviceAccount}' ? { identityDomain: 'eu1' } : {};
  return { displayName: '', audiencePatterns: ['*'], ...domain, ...spec, subject };
}

/** A deny covers its whole system unless it is given targets. */
export function ruleOf(
  spec: Partial<Omit<MappingRuleSpec, 'match'>> & { readonly match?: Partial<RuleMatch> },
): MappingRuleSpec {
  const { targets, ...deny } = RULE;
  const base = spec.effect === 'deny' ? deny : { ...deny, targets: targets ?? [] };
  return { ...base, ...spec, match: { ...RULE.match, ...spec.match } };
}

export interface WorkloadSketch extends Partial<Omit<DescribedWorkload, 'serviceAccount' | 'source'>> {
  readonly serviceAccount?: string;
  readonly uid?: string | null;
  /** Null: described without a token. */
  readonly source?: {
    readonly expiresInSeconds?: number;
    readonly issuedSecondsAgo?: number;
    readonly jti?: string | null;
  } | null;
}

export function workloadOf(sketch: WorkloadSketch): DescribedWorkload {
  const { serviceAccount = 'api', uid = 'uid-1', source = {}, ...rest } = sketch;
  return {
    cluster: 'eu1',
    identityDomain: 'eu1',
    namespace: 'demo',
    pod: { name: 'api-0', uid: 'pod-uid-1' },
    node: { name: 'node-1', uid: 'node-uid-1' },
    ...rest,
    serviceAccount: { name: serviceAccount, uid },
    source: source === null ? null : sourceOf(source),
  };
}

function sourceOf(source: NonNullable<WorkloadSketch['source']>): SourceToken {
  const { expiresInSeconds = 3500, issuedSecondsAgo = 100, jti = 'source-jti-1' } = source;
  return {
    expiresAtSeconds: NOW_SECONDS + expiresInSeconds,
    issuedAtSeconds: NOW_SECONDS - issuedSecondsAgo,
    jti,
    claims: {},
  };
}

export function requestOf(sketch: Partial<DecisionRequest>): DecisionRequest {
  return {
    nowSeconds: NOW_SECONDS,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audiences: ['vault.company.com'],
    scopes: [],
    tokenType: null,
    clientId: null,
    ...sketch,
  };
}

interface OwnedName {
  readonly identitySystem: string | null;
  readonly name: string;
}

function owned(path: string): OwnedName {
  const slash = path.indexOf('/');
  return slash === -1
    ? { identitySystem: 'myidsystem', name: path }
    : { identitySystem: path.slice(0, slash), name: path.slice(slash + 1) };
}

function stored<K extends Kind>(kind: K, path: string | OwnedName, spec: SpecByKind[K]): StoredObject<K> {
  const { identitySystem, name } = typeof path === 'string' ? { identitySystem: null, name: path } : path;
  return {
    key: { kind, identitySystem, name },
    spec,
    labels: {},
    description: '',
    metadata: { createdAtMs: 0, updatedAtMs: 0, updatedBy: 'test', epoch: EPOCH },
  };
}

function named<Spec, T>(sketches: Sketches<Spec>, build: (name: string, spec: Partial<Spec>) => T): T[] {
  return Object.entries(sketches).map(([name, spec]) => build(name, spec));
}
