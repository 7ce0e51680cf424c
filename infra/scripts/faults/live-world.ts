import { createTokenIssuer, type TokenIssuer } from '@symbolon/testkit';

/*
 * A small configuration with one switch for everything that decides about an exchange, and what must come of each
 * question in each of its states. The expectation is written anew here and shares nothing with the broker's judgement.
 */

export const ISSUER = 'http://127.0.0.1:8080';
const ELSEWHERE = 'https://elsewhere.company.com';
const SYSTEM = 'identity-systems/vault';
const CLUSTERS = ['east', 'west'] as const;
const NAMESPACES = ['web', 'api'] as const;
const TARGETS = ['one', 'two'] as const;
type ClusterName = (typeof CLUSTERS)[number];
type Namespace = (typeof NAMESPACES)[number];
type TargetName = (typeof TARGETS)[number];

/** One object of the admin API and the bodies that it can have, by a word for each; null: it is not there. */
export interface Switch {
  readonly path: string;
  readonly bodies: Readonly<Record<string, object | null>>;
  /** That with which, if all others have theirs, everything is issued. */
  readonly whole: string;
}

/** The word of each switch, by its path. */
export type State = Readonly<Record<string, string>>;

/** A question to the token endpoint. */
export interface Question {
  readonly cluster: ClusterName;
  readonly namespace: Namespace;
  readonly target: TargetName;
  /** Whether the subject token is one for the broker, or for somebody else. */
  readonly isForUs: boolean;
  readonly subjectToken: string;
  readonly audience: string;
}

/** `issued` with the scopes of the credential; `unproven`: refused as a token that proves nothing. */
export type Answer = 'issued read' | 'issued read write' | 'refused' | 'unproven';

export interface World {
  /** What the switches stand on, in the order in which it is written. */
  readonly ground: Readonly<Record<string, object>>;
  readonly switches: readonly Switch[];
  readonly questions: readonly Question[];
  readonly whole: State;
}

export function createWorld(): World {
  const issuers = Object.fromEntries(
    CLUSTERS.map((name) => [
      name,
      createTokenIssuer({ issuer: `https://${name}.company.com`, alg: 'ES256' }),
    ]),
  ) as Record<ClusterName, TokenIssuer>;
  const switches = [
    ...CLUSTERS.map((name) => clusterSwitch(name, issuers[name])),
    ...TARGETS.map(targetSwitch),
    ...NAMESPACES.flatMap((namespace) => [allowSwitch(namespace), denySwitch(namespace)]),
    ...revocationSwitches(),
  ];
  return {
    ground: { [SYSTEM]: { subject: '{cluster}.{namespace}.{serviceAccount}' } },
    switches,
    questions: questionsFor(issuers),
    whole: Object.fromEntries(switches.map(({ path, whole }) => [path, whole])),
  };
}

function clusterSwitch(name: ClusterName, issuer: TokenIssuer): Switch {
  const cluster = {
    issuers: [issuer.issuer],
    audiences: [ISSUER],
    validation: { mode: 'offline', jwks: { source: 'inline', keys: issuer.jwks().keys } },
  };
  return {
    path: clusterPath(name),
    whole: 'for us',
    bodies: {
      'for us': cluster,
      'for others': { ...cluster, audiences: [ELSEWHERE] },
      disabled: { ...cluster, enabled: false },
    },
  };
}

function targetSwitch(name: TargetName): Switch {
  const target = { audiences: [audienceOf(name)], scopes: ['read', 'write'] };
  return {
    path: targetPath(name),
    whole: 'open',
    bodies: {
      open: target,
      disabled: { ...target, enabled: false },
      moved: { ...target, audiences: [`${audienceOf(name)}/moved`] },
    },
  };
}

function allowSwitch(namespace: Namespace): Switch {
  const rule = { ...ruleFor(namespace), effect: 'allow', scopes: ['*'] };
  return {
    path: allowPath(namespace),
    whole: 'all scopes',
    bodies: {
      'all scopes': rule,
      'read only': { ...rule, scopes: ['read'] },
      disabled: { ...rule, enabled: false },
      deleted: null,
    },
  };
}

function denySwitch(namespace: Namespace): Switch {
  const rule = { ...ruleFor(namespace), effect: 'deny' };
  return {
    path: denyPath(namespace),
    whole: 'none',
    bodies: { none: null, disabled: { ...rule, enabled: false }, denies: rule },
  };
}

function ruleFor(namespace: Namespace): object {
  return { match: { clusters: ['*'], namespaces: [namespace], serviceAccounts: ['*'] }, targets: ['*'] };
}

function revocationSwitches(): readonly Switch[] {
  const revocation = (name: string, body: object): Switch => ({
    path: `revocations/${name}`,
    whole: 'none',
    bodies: { none: null, revoked: { ...body, reason: 'a leak' } },
  });
  return [
    revocation('by-workload', { workload: { cluster: 'east', namespace: 'api' } }),
    revocation('by-subject', { subject: 'vault.west.api.server' }),
    revocation('by-token', { sourceJti: jtiOf('west', 'web') }),
  ];
}

const clusterPath = (name: ClusterName) => `clusters/${name}`;
const targetPath = (name: TargetName) => `${SYSTEM}/targets/${name}`;
const allowPath = (namespace: Namespace) => `${SYSTEM}/rules/allow-${namespace}`;
const denyPath = (namespace: Namespace) => `${SYSTEM}/rules/deny-${namespace}`;
const audienceOf = (name: TargetName) => `https://${name}.company.com`;
const jtiOf = (cluster: ClusterName, namespace: Namespace) => `token-of-${cluster}-${namespace}`;

/** Every combination, with as many tokens for us as for others. */
function questionsFor(issuers: Readonly<Record<ClusterName, TokenIssuer>>): readonly Question[] {
  return CLUSTERS.flatMap((cluster) =>
    NAMESPACES.flatMap((namespace) =>
      [true, false].flatMap((isForUs) => {
        const subjectToken = issuers[cluster].issueToken({
          namespace,
          serviceAccount: 'server',
          audiences: [isForUs ? ISSUER : ELSEWHERE],
          overrides: { jti: jtiOf(cluster, namespace) },
        });
        return TARGETS.map((target) => ({
          cluster,
          namespace,
          target,
          isForUs,
          subjectToken,
          audience: audienceOf(target),
        }));
      }),
    ),
  );
}

/** What a question must be answered while the configuration is in this state. */
export function answerIn(state: State, { cluster, namespace, target, isForUs }: Question): Answer {
  if (state[clusterPath(cluster)] !== (isForUs ? 'for us' : 'for others')) return 'unproven';
  if (state[targetPath(target)] !== 'open') return 'refused';
  if (isRevoked(state, cluster, namespace)) return 'refused';
  if (state[denyPath(namespace)] === 'denies') return 'refused';
  switch (state[allowPath(namespace)]) {
    case 'all scopes':
      return 'issued read write';
    case 'read only':
      return 'issued read';
    default:
      return 'refused';
  }
}

/** The name of the revocation that a workload can fall under. */
const REVOKED_BY: Readonly<Record<string, string>> = {
  'east api': 'by-workload',
  'west api': 'by-subject',
  'west web': 'by-token',
};

function isRevoked(state: State, cluster: ClusterName, namespace: Namespace): boolean {
  return state[`revocations/${REVOKED_BY[`${cluster} ${namespace}`]}`] === 'revoked';
}
