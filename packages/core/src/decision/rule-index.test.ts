import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MappingRuleSpec, RuleMatch } from '../mapping/objects.ts';
import { type Coordinates, specificityOf } from '../mapping/specificity.ts';
import { type CompiledRule, createRuleCompiler } from './compile-rule.ts';
import { ruleOf } from './policy-fixtures.test-support.ts';
import { createRuleIndex } from './rule-index.ts';

type Sketch = Omit<Partial<MappingRuleSpec>, 'match'> & { readonly match?: Partial<RuleMatch> };

function compile(sketches: readonly Sketch[]): CompiledRule[] {
  const compileRule = createRuleCompiler();
  return sketches.flatMap((sketch, at) => compileRule(`rule-${at}`, ruleOf(sketch)).rule ?? []);
}

const demo: Coordinates = { cluster: 'eu1', namespace: 'demo', serviceAccount: 'api', target: 'vault' };
const range = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('createRuleIndex', () => {
  test('every rule that matches is among the candidates, whatever its patterns', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 });
    const pattern = fc
      .string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 })
      .filter((text) => !text.includes('**'));
    const patterns = fc.array(pattern, { minLength: 1, maxLength: 4 });
    const match = fc.record({ clusters: patterns, namespaces: patterns, serviceAccounts: patterns });
    const sketches = fc.array(fc.record({ match, targets: patterns }), { minLength: 1, maxLength: 12 });
    const coordinates = fc.record({ cluster: name, namespace: name, serviceAccount: name, target: name });
    fc.assert(
      fc.property(sketches, coordinates, (rules, at) => {
        const compiled = compile(rules);
        const candidates = new Set(createRuleIndex(compiled).candidates(at));
        for (const rule of compiled) {
          if (specificityOf(rule, at) !== null) expect(candidates).toContain(rule);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('thousands of rules for other workloads are not even candidates', () => {
    const others = range(3000).flatMap((at): Sketch[] => [
      { match: { namespaces: ['demo'], serviceAccounts: [`other-${at}`] } },
      { match: { namespaces: [`other-${at}-*`] } },
      { match: { clusters: [`us${at}`] } },
    ]);
    const rules = compile([
      ...others,
      { match: { namespaces: ['d*'] } },
      { match: { serviceAccounts: ['*pi'] } },
    ]);
    expect(
      createRuleIndex(rules)
        .candidates(demo)
        .map((rule) => rule.name),
    ).toEqual(['rule-9000', 'rule-9001']);
  });

  test('a name with a slash finds no rule that pins its parts', () => {
    const index = createRuleIndex(compile([{ match: { clusters: ['eu1'], namespaces: ['demo'] } }]));
    expect(index.candidates({ ...demo, cluster: 'eu1/demo', namespace: '' })).toEqual([]);
    expect(index.candidates(demo)).toHaveLength(1);
  });

  test('a rule with many names of each kind is found by all of them, and filed by few', () => {
    const names = (kind: string) => range(20).map((at) => `${kind}-${at}`);
    const match = { clusters: names('c'), namespaces: names('n'), serviceAccounts: names('s') };
    const index = createRuleIndex(compile([{ match, targets: names('t') }]));
    const at = { cluster: 'c-7', namespace: 'n-19', serviceAccount: 's-0', target: 't-5' };
    expect(index.candidates(at)).toHaveLength(1);
    // 160,000 combinations would be too many: it is filed by its targets alone, and the rest is for the match in full.
    expect(index.candidates({ ...demo, target: 't-5' })).toHaveLength(1);
    expect(index.candidates({ ...at, target: 'vault' })).toEqual([]);
  });

  test('the shapes that one look-up goes through are bounded, and a rule beyond the bound is found', () => {
    const widths = range(40).map((at) => 'a'.repeat(at + 1));
    const rules = widths.flatMap((prefix) =>
      widths.map(
        (suffix): Sketch => ({ match: { namespaces: [`${prefix}*`], serviceAccounts: [`*${suffix}`] } }),
      ),
    );
    const index = createRuleIndex(compile(rules));
    let shapes = 0;
    const at = {
      ...demo,
      namespace: 'a'.repeat(60),
      serviceAccount: 'a'.repeat(60),
      get cluster() {
        shapes += 1;
        return 'eu1';
      },
    };
    const found = new Set(index.candidates(at).map((rule) => rule.name));
    expect(found.size).toBe(rules.length);
    expect(shapes).toBeLessThanOrEqual(512 + 16);
  });

  test('a rule that is removed is no candidate any more, and the older index still finds it', () => {
    const wide = ['a*', '*a', 'aa*', 'a'].map((text): Sketch => ({ match: { namespaces: [text, 'demo'] } }));
    const [first, ...others] = compile(wide);
    if (first === undefined) throw new Error('no rule');
    const index = createRuleIndex([first, ...others]);
    const edit = index.edit();
    edit.remove(first);
    expect(new Set(edit.done().candidates(demo))).toEqual(new Set(others));
    expect(new Set(index.candidates(demo))).toEqual(new Set([first, ...others]));
  });

  test('a rule that was filed coarsely, for there were too many shapes, is removed though there is room now', () => {
    const widths = range(40).map((at) => 'a'.repeat(at + 1));
    const rules = compile(
      widths.flatMap((prefix) =>
        widths.map((suffix) => ({ match: { namespaces: [`${prefix}*`], serviceAccounts: [`*${suffix}`] } })),
      ),
    );
    const at = { ...demo, namespace: 'a'.repeat(60), serviceAccount: 'a'.repeat(60) };
    let index = createRuleIndex(rules);
    // A few at a time, and the first first: shapes are emptied before those that found no room are removed.
    while (rules.length > 0) {
      const edit = index.edit();
      for (const rule of rules.splice(0, 100)) edit.remove(rule);
      index = edit.done();
      expect(new Set(index.candidates(at))).toEqual(new Set(rules));
    }
  });

  test('a shape without rules costs no look-up any more', () => {
    const rules = compile([{ match: { namespaces: ['d*'] } }, { match: { serviceAccounts: ['a*'] } }]);
    const edit = createRuleIndex(rules).edit();
    for (const rule of rules) edit.remove(rule);
    let looked = 0;
    const at = {
      ...demo,
      get cluster() {
        looked += 1;
        return 'eu1';
      },
    };
    expect(edit.done().candidates(at)).toEqual([]);
    const once = looked;
    expect(createRuleIndex([]).candidates(at)).toEqual([]);
    expect(looked).toBe(2 * once);
  });
});
