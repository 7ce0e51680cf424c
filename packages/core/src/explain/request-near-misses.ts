import type { Policy } from '../decision/compile-policy.ts';
import type { CompiledTarget } from '../decision/compile-targets.ts';
import { decide, ruleFactsOf } from '../decision/decide.ts';
import { alike } from './alike.ts';
import type { NearMiss } from './explanation.ts';
import { meantName } from './meant-name.ts';
import type { Question } from './question.ts';
import { listed } from './rule-details.ts';

/**
 * How many rules are compared to find what else the workload may ask for. Whoever explains shares a process with those
 * who exchange, and many targets times many rules, drafts among them, would hold it up for seconds.
 */
const MAX_RULES_COMPARED = 10_000;

/** What a refused request or its workload falls short of, the rules left aside. */
export function nearMissesOfRequest(question: Question): readonly NearMiss[] {
  const { decision } = question;
  if (decision.kind === 'issue') return [];
  switch (decision.reason) {
    case 'audience_unknown':
      return [...likeAudiences(question), ...otherAudiences(question)];
    case 'target_disabled':
    case 'rule_denied':
    case 'rule_not_matched':
      return otherAudiences(question);
    case 'identity_domain_foreign':
      return [...likeClusters(question), ...otherClusters(question)];
    default:
      return [];
  }
}

function likeAudiences({ policy, asked }: Question): readonly NearMiss[] {
  const unknown = asked.audiences.filter((audience) => policy.targetOfAudience(audience) === undefined);
  const known = policy.targets.flatMap((target) => audiencesOf(target, policy));
  return alike(known, unknown).map(({ kind, value, butFor }) => ({
    kind,
    detail: `An audience that was asked for is ${value} but for ${butFor}.`,
  }));
}

/** Of a cluster that the policy does not know, whatever the form of the system's subjects. */
function likeClusters({ policy, workload }: Question): readonly NearMiss[] {
  if (policy.clusterNamed(workload.cluster) !== undefined) return [];
  const clusters = policy.clusters.map(({ name }) => name);
  const butForCase = alike(clusters, [workload.cluster]).map(({ kind, value, butFor }) => ({
    kind,
    detail: `The cluster is ${value} but for ${butFor}.`,
  }));
  if (butForCase.length > 0) return butForCase;
  const meant = meantName(workload.cluster, clusters);
  if (meant === null) return [{ kind: 'other_cluster', detail: 'There is no enabled cluster of that name.' }];
  return [
    { kind: 'spelling', detail: `There is no enabled cluster of that name; the nearest one is ${meant}.` },
  ];
}

/** Audiences by which the workload would get something: of the same system, or of any where the target is unknown. */
function otherAudiences(question: Question): readonly NearMiss[] {
  const { policy, workload, asked } = question;
  const target = targetAskedFor(question);
  const others = policy.targets.filter(
    ({ system }) => target === undefined || system.name === target.system.name,
  );
  const permitted = affordable(others, question)
    .flatMap((other) => audiencesOf(other, policy).slice(0, 1))
    .filter((audience) => {
      const request = { ...asked, audiences: [audience], scopes: [], tokenType: null };
      return decide(policy, workload, request).kind === 'issue';
    });
  if (permitted.length === 0) return [];
  return [{ kind: 'other_audience', detail: `The workload may ask for ${listed(permitted)}.` }];
}

/** The first of the targets, as many as there may be rules compared for; to look a target's up counts as ten. */
function affordable(targets: readonly CompiledTarget[], { policy, workload, asked }: Question) {
  let compared = 0;
  const tooMany = targets.findIndex(({ name, system }) => {
    const { at } = ruleFactsOf(workload, name, asked.nowSeconds);
    compared += 10 + policy.rulesOf(system.name).candidates(at).length;
    return compared > MAX_RULES_COMPARED;
  });
  return tooMany === -1 ? targets : targets.slice(0, tooMany);
}

/** The clusters whose workloads the system names, where this one's are foreign to it. */
function otherClusters(question: Question): readonly NearMiss[] {
  const domain = targetAskedFor(question)?.system.identityDomain;
  const clusters = question.policy.clusters.filter(({ identityDomain }) => identityDomain === domain);
  if (clusters.length === 0) return [];
  const names = listed(clusters.map(({ name }) => name));
  return [
    {
      kind: 'other_cluster',
      detail: `The identity system names the workloads of the identity domain ${domain}, which are those of ${names}.`,
    },
  ];
}

function targetAskedFor({ policy, asked }: Question): CompiledTarget | undefined {
  const [target] = asked.audiences.map((audience) => policy.targetOfAudience(audience));
  return target;
}

/** Those by which the target is really asked for: it may claim more than it has a right to. */
function audiencesOf(target: CompiledTarget, policy: Policy): readonly string[] {
  return target.audiences.filter((audience) => policy.targetOfAudience(audience) === target);
}
