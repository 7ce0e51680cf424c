import { describe, expect, test } from 'vitest';
import { compilePattern } from './glob.ts';
import { type RulePatterns, specificityOf } from './specificity.ts';

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
