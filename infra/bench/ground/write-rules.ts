import { RULES_BY_API } from './configure.ts';
import { SYSTEM_COUNT } from './rules.ts';

/** So that one statement holds neither its lock nor its memory for long. */
const AT_ONCE = 50_000;

/**
 * Writes the rules beyond the first 100 into the table, each after the first rule of its kind as the admin API wrote
 * that, so that the rows are what the API would have written. No broker runs meanwhile: the next one reads them all.
 */
export async function writeRules(
  execute: (statements: string) => Promise<void>,
  ruleCount: number,
): Promise<void> {
  for (let from = RULES_BY_API; from < ruleCount; from += AT_ONCE) {
    await execute(insertRules(from, Math.min(from + AT_ONCE, ruleCount) - 1));
  }
  await execute('ANALYZE mapping_rules');
}

/** Numbers, kinds and names as `rules.ts` has them: rule 0 is exact, 90 names a namespace, 99 a prefix. */
function insertRules(first: number, last: number): string {
  return `
    INSERT INTO mapping_rules
    SELECT written.*
    FROM generate_series(${first}, ${last}) AS number
    CROSS JOIN LATERAL (SELECT (number / ${SYSTEM_COUNT} + number) % 100 AS position) AS spread
    JOIN mapping_rules AS template
      ON template.name = CASE WHEN position < 90 THEN 'rule-0' WHEN position < 99 THEN 'rule-90' ELSE 'rule-99' END
    CROSS JOIN LATERAL jsonb_populate_record(template, jsonb_build_object(
      'identity_system', 'system-' || number % ${SYSTEM_COUNT},
      'name', 'rule-' || number,
      'spec', replace(
        template.spec::text, '"team-' || substring(template.name FROM 6), '"team-' || number
      )::json
    )) AS written`;
}
