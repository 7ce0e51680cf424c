import type { ConfigurationSnapshot, StoredObject } from '../configuration/stored-object.ts';
import type { MappingRuleSpec, RevocationSpec } from '../mapping/objects.ts';
import type { PolicyReason } from '../reasons.ts';
import type { DescribedWorkload } from '../workload/workload.ts';
import type { Decision, DecisionRequest } from './decision.ts';

/**
 * The decision again, slow and plain: no index, nothing compiled, every object read at every question. It shares no
 * code with the engine, so that the two are wrong together only where both authors misread the documentation.
 */
export function referenceDecide(
  stored: { readonly snapshot: ConfigurationSnapshot; readonly issuer: string },
  workload: DescribedWorkload,
  request: DecisionRequest,
): Decision {
  const { snapshot, issuer } = stored;
  const now = request.nowSeconds;
  const refuse = (reason: PolicyReason, target?: Target, rule?: Rule): Decision => ({
    kind: 'refuse',
    reason,
    identitySystem: target?.key.identitySystem ?? null,
    target: target?.key.name ?? null,
    rule: rule?.key.name ?? null,
  });

  const revocations = snapshot.revocations
    .map((entry) => entry.spec)
    .filter((entry) => inForce(entry, workload, now));
  if (revocations.some((entry) => revokes(entry, workload))) return refuse('workload_revoked');

  const targets = request.audiences.map((audience) => targetFor(audience, snapshot, issuer));
  const target = targets[0];
  if (target === undefined || targets.includes(undefined)) return refuse('audience_unknown');
  if (targets.some((other) => other !== target)) return refuse('audiences_of_several_targets');
  if (!target.spec.enabled) return refuse('target_disabled', target);

  const system = snapshot.identitySystems.find((one) => one.key.name === target.key.identitySystem);
  const cluster = snapshot.clusters.find((one) => one.key.name === workload.cluster && one.spec.enabled);
  const domain = cluster?.spec.identityDomain ?? cluster?.key.name;
  const isForeign = system?.spec.identityDomain !== undefined && system.spec.identityDomain !== domain;
  if (system === undefined || cluster === undefined || isForeign)
    return refuse('identity_domain_foreign', target);

  const matching = snapshot.rules
    .filter((rule) => rule.key.identitySystem === system.key.name)
    .filter((rule) => matches(rule.spec, { workload, target: target.key.name, now }));
  const best = (rules: readonly Rule[]) =>
    firstInRank(new Map(rules.map((rule) => [rule, rank(rule, workload, target)])));
  const denied = best(matching.filter((rule) => rule.spec.effect === 'deny'));
  if (denied !== undefined) return refuse('rule_denied', target, denied);
  const rule = best(matching);
  if (rule === undefined) return refuse('rule_not_matched', target);

  const tokenType = request.tokenType ?? target.spec.tokenTypes[0];
  if (tokenType === undefined || !target.spec.tokenTypes.includes(tokenType)) {
    return refuse('token_type_not_offered', target, rule);
  }

  const ruleScopes = rule.spec.scopes ?? [];
  const isWhole = ruleScopes.length === 1 && ruleScopes[0] === '*';
  const permitted = target.spec.scopes.filter((scope) => isWhole || ruleScopes.includes(scope));
  const scopes: string[] = [];
  for (const scope of request.scopes.length === 0 ? permitted : request.scopes) {
    if (permitted.includes(scope) && !scopes.includes(scope)) scopes.push(scope);
  }
  if (request.scopes.length > 0 && scopes.length === 0) return refuse('scope_not_permitted', target, rule);

  const { sharedSubject } = rule.spec;
  const form: string = sharedSubject === undefined ? system.spec.subject : 'shared/{shared}';
  const parts = { shared: sharedSubject ?? '', cluster: workload.cluster, namespace: workload.namespace };
  const isSpelled = Object.entries(parts).every(
    ([part, name]) => !form.includes(`{${part}}`) || isLabel(name),
  );
  const account = workload.serviceAccount.name;
  const isAccount = account.length <= 253 && account.split('.').every((label) => LABEL.test(label));
  if (!isSpelled || (sharedSubject === undefined && !isAccount))
    return refuse('subject_invalid', target, rule);
  const subject = `${system.key.name}.${form}`
    .replace('{shared}', parts.shared)
    .replace('{cluster}', parts.cluster)
    .replace('{namespace}', parts.namespace)
    .replace('{serviceAccount}', account);
  if (subject.length > 255 || subject.length > target.spec.maxSubjectBytes) {
    return refuse('subject_too_long', target, rule);
  }
  if (revocations.some((entry) => entry.subject === subject)) return refuse('workload_revoked', target, rule);

  const { minTtlSeconds, maxTtlSeconds, defaultTtlSeconds } = target.spec;
  let ttl = rule.spec.ttlSeconds ?? defaultTtlSeconds;
  if (ttl > maxTtlSeconds) ttl = maxTtlSeconds;
  if (ttl < minTtlSeconds) return refuse('lifetime_below_minimum', target, rule);
  if (workload.source !== null && !target.spec.mayOutliveSource) {
    const left = Math.floor(workload.source.expiresAtSeconds) - now;
    if (left < minTtlSeconds) return refuse('source_token_expiring', target, rule);
    if (ttl > left) ttl = left;
  }

  return {
    kind: 'issue',
    identitySystem: system.key.name,
    target: target.key.name,
    rule: rule.key.name,
    subject,
    audience:
      target.spec.issuedAudience === undefined
        ? [...new Set(request.audiences)]
        : [target.spec.issuedAudience],
    tokenType,
    signingAlgorithm: target.spec.signingAlgorithm,
    scopes,
    expiresAtSeconds: now + ttl,
    claims: rule.spec.claims,
    include: target.spec.claims.include,
  };
}

type Target = StoredObject<'Target'>;
type Rule = StoredObject<'MappingRule'>;

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const isLabel = (name: string) => name.length <= 63 && LABEL.test(name);

function inForce(entry: RevocationSpec, workload: DescribedWorkload, now: number): boolean {
  const issuedAt = workload.source?.issuedAtSeconds ?? now;
  const isOver = entry.expiresAt !== undefined && Date.parse(entry.expiresAt) <= now * 1000;
  const isOlder = entry.issuedBefore === undefined || !(Date.parse(entry.issuedBefore) <= issuedAt * 1000);
  return !isOver && isOlder;
}

function revokes(entry: RevocationSpec, workload: DescribedWorkload): boolean {
  const { sourceJti, credentialJti, subject, workload: named } = entry;
  if (sourceJti !== undefined && sourceJti === workload.source?.jti) return true;
  if (named === undefined)
    return sourceJti === undefined && credentialJti === undefined && subject === undefined;
  const is = (wanted: string | undefined, value: string | null | undefined) =>
    wanted === undefined || wanted === value;
  return (
    is(named.cluster, workload.cluster) &&
    is(named.namespace, workload.namespace) &&
    is(named.serviceAccount, workload.serviceAccount.name) &&
    is(named.serviceAccountUid, workload.serviceAccount.uid) &&
    is(named.pod, workload.pod?.name) &&
    is(named.podUid, workload.pod?.uid) &&
    is(named.node, workload.node?.name) &&
    is(named.nodeUid, workload.node?.uid)
  );
}

function targetFor(audience: string, snapshot: ConfigurationSnapshot, issuer: string): Target | undefined {
  const claiming = snapshot.targets.filter((target) => target.spec.audiences.includes(audience));
  const target = claiming[0];
  if (claiming.length !== 1 || target === undefined) return undefined;
  const system = snapshot.identitySystems.find((one) => one.key.name === target.key.identitySystem);
  if (system === undefined || system.key.name === 'symbolon' || !isLabel(system.key.name)) return undefined;
  const ofClusters = snapshot.clusters.flatMap((cluster) => cluster.spec.audiences ?? [issuer]);
  const issued = target.spec.issuedAudience ?? audience;
  for (const one of [audience, issued]) {
    if (one === issuer || one.startsWith(`${issuer}/`) || ofClusters.includes(one)) return undefined;
    if (!system.spec.audiencePatterns.some((pattern) => fits(pattern, one))) return undefined;
  }
  return target;
}

interface Asked {
  readonly workload: DescribedWorkload;
  readonly target: string;
  readonly now: number;
}

function matches(rule: MappingRuleSpec, { workload, target, now }: Asked): boolean {
  const isDeny = rule.effect === 'deny';
  const { match } = rule;
  if (!rule.enabled || rule.enforcement === 'shadow') return false;
  if (!isDeny && match.condition !== undefined) return false;
  if (!isDeny && Object.keys(rule.claims).some((name) => ['sub', 'aud', 'kubernetes.io'].includes(name)))
    return false;
  if (!isDeny && /[$`{}*?]/.test(textIn(rule.claims))) return false;

  const begin = rule.notBefore === undefined ? Number.NEGATIVE_INFINITY : Date.parse(rule.notBefore) / 1000;
  const end = rule.notAfter === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.notAfter) / 1000;
  const isUnreadable = Number.isNaN(begin) || Number.isNaN(end);
  if (isUnreadable && !isDeny) return false;
  if (!isUnreadable && isDeny && (now + 1 <= begin || now >= end)) return false;
  if (!isUnreadable && !isDeny && (now < begin || now + 1 > end)) return false;

  const lists = listsOf(rule, workload, target);
  if (!isDeny && lists.some((list) => !list.isReadable)) return false;
  if (lists.some(({ patterns, value }) => !patterns.some((pattern) => fits(pattern, value)))) return false;
  if (match.serviceAccountUid !== undefined && match.serviceAccountUid !== workload.serviceAccount.uid)
    return false;
  return isDeny || workload.serviceAccount.name !== 'default' || rule.allowDefaultServiceAccount;
}

/** Every name and every text in the claims, one after another. */
function textIn(claims: MappingRuleSpec['claims']): string {
  const texts: string[] = [];
  JSON.stringify(claims, (name, value: unknown) => {
    texts.push(name, typeof value === 'string' ? value : '');
    return value;
  });
  return texts.join(' ');
}

const ACCOUNT = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** The lists of a rule in the order in which they tell how close it is. One that cannot be read covers everything. */
function listsOf(rule: MappingRuleSpec, workload: DescribedWorkload, target: string) {
  const { serviceAccounts, namespaces, clusters } = rule.match;
  const all = rule.effect === 'deny' ? ['*'] : [];
  const list = (patterns: readonly string[], value: string, alphabet: RegExp) => {
    const isLegal = (one: string) => !one.includes('**') && alphabet.test(one.replaceAll('*', 'x'));
    const isReadable = patterns.length > 0 && patterns.every(isLegal);
    return { patterns: isReadable ? patterns : ['*'], value, isReadable };
  };
  return [
    list(serviceAccounts, workload.serviceAccount.name, ACCOUNT),
    list(namespaces, workload.namespace, LABEL),
    list(clusters, workload.cluster, LABEL),
    list(rule.targets ?? all, target, LABEL),
  ];
}

/** `*` is one or more characters: try every length. */
function fits(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] !== '*')
    return pattern[0] === value[0] && value !== '' && fits(pattern.slice(1), value.slice(1));
  for (let taken = 1; taken <= value.length; taken += 1) {
    if (fits(pattern.slice(1), value.slice(taken))) return true;
  }
  return false;
}

/** What decides between two rules, weightiest first; more wins. */
function rank(rule: Rule, workload: DescribedWorkload, target: Target): readonly number[] {
  const closest = listsOf(rule.spec, workload, target.key.name).map(({ patterns, value }) => {
    const fitting = patterns.filter((pattern) => fits(pattern, value));
    return Math.max(...fitting.map((one) => (one === value ? 999 : one.replaceAll('*', '').length)));
  });
  // Of names, the one that comes first; the end of a name comes before any character.
  const name = Array.from(rule.key.name, (character) => -(character.codePointAt(0) ?? 0));
  return [
    rule.spec.priority,
    rule.spec.match.serviceAccountUid === undefined ? 0 : 1,
    ...closest,
    ...name,
    0,
  ];
}

function firstInRank(ranks: ReadonlyMap<Rule, readonly number[]>): Rule | undefined {
  const [first] = [...ranks].sort(([, a], [, b]) => {
    const at = a.findIndex((number, index) => number !== b[index]);
    return at === -1 ? 0 : (b[at] ?? 1) - (a[at] ?? 1);
  });
  return first?.[0];
}
