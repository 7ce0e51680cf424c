import type { ExplainSubject } from '@symbolon/core';
import type { ExplanationView } from '@symbolon/protocol';
import type { CliOutput } from './cli.ts';
import { lockOutLines } from './lock-out-text.ts';
import { toYaml } from './output.ts';
import { type Paint, paint } from './paint.ts';
import { printable } from './printable.ts';

type Screen = Pick<CliOutput, 'hasColors'>;
type Asked = ExplainSubject['kind'];

const STEP_MARKS: {
  readonly [O in ExplanationView['steps'][number]['outcome']]: readonly [mark: string, color: Paint];
} = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  not_reached: ['·', 'dim'],
  not_evaluated: ['–', 'dim'],
};

const RULE_MARKS: {
  readonly [O in ExplanationView['rules'][number]['outcome']]: readonly [mark: string, color: Paint];
} = {
  selected: ['✓', 'green'],
  outranked: ['–', 'yellow'],
  not_matched: ['·', 'dim'],
  damaged: ['✗', 'red'],
};

/** An explanation for people of what was asked about: the verdict first, then why, then all that led to it. */
export function explanationText(explanation: ExplanationView, asked: Asked, screen: Screen): string {
  const sections = [
    verdictLines(explanation, screen),
    whyLines(explanation),
    section(
      'Did you mean',
      explanation.nearMisses.map(({ detail }) => printable(detail)),
      screen,
    ),
    section('Steps', stepLines(explanation, asked, screen), screen),
    section('Rules', ruleLines(explanation, screen), screen),
    section('It would be given', credentialLines(explanation), screen),
    section('Once the workload is removed', endLines(explanation, asked), screen),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(head: string, lines: readonly string[], screen: Screen): readonly string[] {
  return lines.length === 0 ? [] : [paint(screen, 'bold', head), ...lines.map((line) => `  ${line}`)];
}

function verdictLines(
  { decision, reason, workload, identitySystem, target }: ExplanationView,
  screen: Screen,
): readonly string[] {
  const verdict =
    decision === 'issue'
      ? paint(screen, 'green', 'ISSUED')
      : `${paint(screen, 'red', 'REFUSED')}  ${printable(reason ?? '')}`;
  const who =
    workload === null
      ? 'the token is not proven'
      : `${workload.cluster}/${workload.namespace}/${workload.serviceAccount}`;
  const what = target === null ? '' : ` → ${identitySystem ?? ''}/${target}`;
  return [`${verdict}  ${printable(who + what)}`];
}

/** What the first step that failed says; a verdict without one speaks for itself. */
function whyLines({ steps }: ExplanationView): readonly string[] {
  const failed = steps.find(({ outcome }) => outcome === 'failed');
  return failed === undefined ? [] : [printable(failed.detail)];
}

/** Of a described workload every step of the proof says the same: one line stands for them. */
function stepLines({ steps }: ExplanationView, asked: Asked, screen: Screen): readonly string[] {
  const unjudged = asked === 'workload' ? steps.filter(({ outcome }) => outcome === 'not_evaluated') : [];
  const [first] = unjudged;
  const shown = [
    ...(first === undefined ? [] : [{ ...first, step: 'proof' }]),
    ...steps.filter((step) => !unjudged.includes(step)),
  ];
  return shown.map((step) => stepLine(step, screen));
}

function stepLine({ step, outcome, detail }: ExplanationView['steps'][number], screen: Screen): string {
  const [mark, color] = STEP_MARKS[outcome];
  return `${paint(screen, color, mark)} ${printable(step).replaceAll('_', ' ').padEnd(16)} ${printable(detail)}`.trimEnd();
}

function ruleLines({ rules, rulesOmitted }: ExplanationView, screen: Screen): readonly string[] {
  const width = Math.max(0, ...rules.map(({ name }) => name.length));
  const lines = rules.flatMap(({ name, effect, priority, isDraft, outcome, because }) => {
    const [mark, color] = RULE_MARKS[outcome];
    const draft = isDraft ? '  (draft)' : '';
    return [
      `${paint(screen, color, mark)} ${printable(name).padEnd(width)}  ${effect.padEnd(5)}  priority ${priority}  ${outcome.replace('_', ' ')}${draft}`,
      ...because.map(({ detail }) => `    ${printable(detail)}`),
    ];
  });
  return rulesOmitted === 0 ? lines : [...lines, `and ${rulesOmitted} more, farther from a match`];
}

function credentialLines({ credential }: ExplanationView): readonly string[] {
  if (credential === null) return [];
  const { tokenType, scopes, expiresInSeconds, isClampedBySource, claims } = credential;
  const clamp = isClampedBySource ? '' : ', whatever is left of its own token not counted';
  return [
    `${tokenType} for ${expiresInSeconds} s${clamp}; scopes: ${printable(scopes.join(' ')) || 'none'}`,
    ...toYaml(claims).trimEnd().split('\n'),
  ];
}

function endLines({ lockOut, workload }: ExplanationView, asked: Asked): readonly string[] {
  // What an unproven token says of its end is anybody's word.
  const isWorstCase = asked === 'workload' || workload === null;
  return lockOut === null ? [] : lockOutLines(lockOut, { isWorstCase });
}
