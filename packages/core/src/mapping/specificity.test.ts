import { describe, expect, test } from 'vitest';
import { compilePattern } from './glob.ts';
import { compareSpecificity, type RulePatterns, type Specificity, specificityOf } from './specificity.ts';

const at = { cluster: 'eu1', namespace: 'demo', serviceAccount: 'api.v2', target: 'vault' };

function patternsOf(lists: { readonly [K in keyof RulePatterns]?: readonly string[] }): RulePatterns {
  const { clusters = ['*'], namespaces = ['*'], serviceAccounts = ['*'], targets = ['*'] } = lists;
  return {
    clusters: clusters.map(compilePattern),
    namespaces: namespaces.map(compilePattern),
    serviceAccounts: serviceAccounts.map(compilePattern),
    targets: targets.map(compilePattern),
  };
}

/** A specificity of one of the four alone, for comparing. */
function close(lists: Parameters<typeof patternsOf>[0]): Specificity {
  const specificity = specificityOf(patternsOf(lists), at);
  if (specificity === null) throw new Error('does not match');
  return specificity;
}

describe('specificityOf', () => {
  test.each([
    ['clusters', ['eu2']],
    ['namespaces', ['prod', 'dem']],
    ['serviceAccounts', ['api']],
    ['targets', []],
  ] as const)('is null where no pattern of %s matches', (list, patterns) => {
    expect(specificityOf(patternsOf({ [list]: patterns }), at)).toBeNull();
  });

  test('counts the literal characters of the best pattern that matches, all of them for the name itself', () => {
    expect(
      specificityOf(
        patternsOf({ serviceAccounts: ['*', 'a*v2', 'api.longer-*'], namespaces: ['demo', 'd*'] }),
        at,
      ),
    ).toEqual({ serviceAccounts: 3, namespaces: 4, clusters: 0, targets: 0 });
  });
});

describe('compareSpecificity', () => {
  test.each([
    ['an exact name outweighs a glob', { namespaces: ['demo'] }, { namespaces: ['dem*'] }],
    ['more literal characters outweigh fewer', { namespaces: ['de*o'] }, { namespaces: ['d*'] }],
    ['serviceAccounts outweigh namespaces', { serviceAccounts: ['api*'] }, { namespaces: ['demo'] }],
    ['namespaces outweigh clusters', { namespaces: ['d*'] }, { clusters: ['eu1'] }],
    ['clusters outweigh targets', { clusters: ['e*'] }, { targets: ['vault'] }],
    ['targets outweigh nothing', { targets: ['v*'] }, {}],
  ])('%s', (_title, left, right) => {
    expect(compareSpecificity(close(left), close(right))).toBeGreaterThan(0);
    expect(compareSpecificity(close(right), close(left))).toBeLessThan(0);
  });

  test('two exact matches are equal, and no comparison is undecided', () => {
    expect(compareSpecificity(close({ namespaces: ['demo'] }), close({ namespaces: ['demo', '*'] }))).toBe(0);
  });
});
