import type { ReadConfiguration } from '../configuration/ports.ts';
import type { StoredObject } from '../configuration/stored-object.ts';
import { ruleFactsOf } from '../decision/decide.ts';
import type { RuleFacts } from '../decision/match-rule.ts';
import type { DraftRule } from '../decision/policy-with-draft-rules.ts';
import { createRulesExplainer, type JudgedRule } from './explain-rules.ts';
import { failureOfDecision } from './explain-steps.ts';
import { EXPLAINED_STEPS } from './explanation.ts';
import type { Question } from './question.ts';

const RULES_PER_PAGE = 500;

/** Empty where the decision ended before it came to the rules. */
export interface JudgedRules {
  readonly rules: readonly JudgedRule[];
  readonly omitted: number;
  readonly facts: RuleFacts | null;
}

/** Reads the rules of the target's identity system, page by page, and compares each with the question. */
export async function judgeRules(
  question: Question,
  draftRules: readonly DraftRule[],
  store: Pick<ReadConfiguration, 'list'>,
): Promise<JudgedRules> {
  const { policy, workload, asked, decision } = question;
  const { identitySystem, target } = decision;
  if (identitySystem === null || target === null || !reachesRules(question)) {
    return { rules: [], omitted: 0, facts: null };
  }
  const facts = ruleFactsOf(workload, target, asked.nowSeconds);
  const explainer = createRulesExplainer({ facts, decidedBy: decision.rule, epoch: policy.epoch });
  const drafts = new Map(draftRules.map(({ name, spec }) => [name, spec]));
  for (const [name, spec] of drafts) explainer.add({ name, spec, epoch: null });

  let after: string | null = null;
  do {
    const page: readonly StoredObject<'MappingRule'>[] = await store.list({
      kind: 'MappingRule',
      identitySystem,
      after,
      limit: RULES_PER_PAGE,
    });
    for (const { key, spec, metadata } of page) {
      if (!drafts.has(key.name)) explainer.add({ name: key.name, spec, epoch: metadata.epoch });
    }
    after = page.at(-1)?.key.name ?? null;
  } while (after !== null);
  return { ...explainer.closest(), facts };
}

function reachesRules({ decision }: Question): boolean {
  const failure = failureOfDecision(decision);
  return failure === null || EXPLAINED_STEPS.indexOf(failure.step) >= EXPLAINED_STEPS.indexOf('rule');
}
