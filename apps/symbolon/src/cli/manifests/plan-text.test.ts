import { expect, test } from 'vitest';
import type { PlannedChange } from './plan-apply.ts';
import { planText } from './plan-text.ts';

test('a member that is stored elsewhere in its object is no change', () => {
  const manifest = {
    key: { kind: 'MappingRule', identitySystem: 'myidsystem', name: 'payments' },
    place: { file: 'rules.yaml', line: 1 },
  };
  const change = {
    manifest,
    operation: 'change',
    isJudged: true,
    before: { enabled: true, match: { namespaces: ['web'], clusters: ['west'] }, effect: 'allow' },
    after: { effect: 'allow', match: { clusters: ['east'], namespaces: ['web'] }, enabled: true },
  } as unknown as PlannedChange;
  const changed = planText([change], { hasColors: false })
    .split('\n')
    .filter((line) => /^ {4}[-+]/.test(line));
  expect(changed).toEqual(['    -     - west', '    +     - east']);
});

test('the name of a file that somebody else gave cannot steer the terminal', () => {
  const change = {
    manifest: {
      key: { kind: 'MappingRule', identitySystem: 'myidsystem', name: 'payments' },
      place: { file: 'rules/\u001b]0;owned\u0007\u202e.yaml', line: 1 },
    },
    operation: 'unchanged',
    isJudged: true,
  } as unknown as PlannedChange;
  expect(planText([change], { hasColors: false })).toContain('(rules/\\u{1b}]0;owned\\u{7}\\u{202e}.yaml:1)');
});
