import { ruleFactsOf } from '../decision/decide.ts';
import { selectRule } from '../decision/select-rule.ts';
import { renderSubject } from '../mapping/render-subject.ts';
import type { Coverage, CoveringRevocation } from '../revocation/coverage.ts';
import type { Question } from './question.ts';
import { listed } from './rule-details.ts';

/**
 * Which revocation refuses, in one sentence; null where none does. The `jti` of a token is not repeated, nor is the
 * reason that an operator wrote, which can say more than the name does.
 */
export function revocationDetail(question: Question): string | null {
  const { decision } = question;
  if (decision.kind === 'issue' || decision.reason !== 'workload_revoked') return null;
  return decision.rule === null ? ofWorkload(question) : ofSubject(question);
}

function ofWorkload({ policy, workload, asked }: Question): string | null {
  return detail(policy.revocations.coverageOfWorkload(workload, asked.nowSeconds), covered);
}

/** A refusal holds no subject: it is rendered once more, from the rule that the same policy selects. */
function ofSubject({ policy, workload, asked }: Question): string | null {
  const { nowSeconds, audiences } = asked;
  const [target] = audiences.map((audience) => policy.targetOfAudience(audience));
  if (target === undefined) return null;
  const facts = ruleFactsOf(workload, target.name, nowSeconds);
  const rule = selectRule(policy.rulesOf(target.system.name).candidates(facts.at), facts);
  if (rule === null) return null;
  const { system, maxSubjectBytes } = target;
  const rendered = renderSubject({ system, workload, sharedSubject: rule.sharedSubject, maxSubjectBytes });
  if (rendered.kind === 'refused') return null;
  const { subject } = rendered;
  return detail(
    policy.revocations.coverageOfSubject(subject, workload, nowSeconds),
    () => `the subject ${subject}`,
  );
}

/** What the first in byte order covers, and the names of those that would refuse without it. */
function detail(
  { first, count }: Coverage,
  coveredBy: (revocation: CoveringRevocation) => string,
): string | null {
  const [revocation, ...others] = first;
  if (revocation === undefined) return null;
  const names = others.map(({ name }) => name);
  const beside = others.length === 0 ? '' : `; beside it: ${listed(names, count - 1)}`;
  return `Revocation ${revocation.name} covers ${coveredBy(revocation)}${beside}.`;
}

function covered({ by, fields }: CoveringRevocation): string {
  if (by === 'source_jti') return 'this very token, by its jti';
  return fields.length === 0
    ? 'every workload'
    : fields.map(([field, value]) => `${field}=${value}`).join(', ');
}
