import { expect, test } from 'vitest';
import { type Era, type Heard, lagOf, onlyAnswerTo, violationsOf } from './judge-live.ts';
import { randomTurns } from './live-changes.ts';
import { type Answer, answerIn, createWorld, type State } from './live-world.ts';

const world = createWorld();
const question = world.questions.find(({ isForUs }) => isForUs);
if (question === undefined) throw new Error('the world asks nothing');
const { cluster, namespace, target } = question;

const stateWith = (changes: State): State => ({ ...world.whole, ...changes });
const denied = stateWith({ [`identity-systems/vault/rules/deny-${namespace}`]: 'denies' });
const disabled = stateWith({ [`clusters/${cluster}`]: 'disabled' });

/** Whole; denied by a change sent at 100 and acknowledged at 120; whole again at 200 to 220; disabled from 300 on. */
const eras: readonly Era[] = [
  { state: world.whole, sentMs: 0, acknowledgedMs: 0 },
  { state: denied, sentMs: 100, acknowledgedMs: 120 },
  { state: world.whole, sentMs: 200, acknowledgedMs: 220 },
  { state: disabled, sentMs: 300, acknowledgedMs: 320 },
];
const heard = (startedMs: number, endedMs: number, answer: Answer | '503'): Heard => ({
  question,
  replica: 'one',
  startedMs,
  endedMs,
  answer,
});
const AT_ONCE = { lagMs: 0, unprovenLagMs: 0 };

test.each<[string, Heard, number]>([
  ['before any change', heard(10, 20, 'issued read write'), 0],
  ['what is refused before any change', heard(10, 20, 'refused'), Number.POSITIVE_INFINITY],
  ['across a change, by the old', heard(90, 130, 'issued read write'), 0],
  ['across a change, by the new', heard(90, 130, 'refused'), 0],
  ['asked before the acknowledgement, by the old', heard(119, 150, 'issued read write'), 0],
  ['asked after the acknowledgement, by the old', heard(125, 150, 'issued read write'), 5],
  ['answered before the change was sent, by the new', heard(90, 95, 'refused'), Number.POSITIVE_INFINITY],
  ['across two changes, by the one after', heard(125, 205, 'issued read write'), 0],
  ['by none', heard(125, 205, '503'), Number.POSITIVE_INFINITY],
])('how late an answer is: %s', (_, one, lagMs) => {
  expect(lagOf(one, eras)).toBe(lagMs);
  expect(violationsOf([one], eras, AT_ONCE)).toEqual(lagMs === 0 ? [] : [one]);
});

test('only refusals of tokens that prove nothing have the longer bound', () => {
  const mended: readonly Era[] = [...eras, { state: world.whole, sentMs: 400, acknowledgedMs: 420 }];
  const bounds = { lagMs: 0, unprovenLagMs: 250 };
  expect(violationsOf([heard(500, 510, 'unproven')], mended, bounds)).toEqual([]);
  expect(violationsOf([heard(700, 710, 'unproven')], mended, bounds)).toHaveLength(1);
  expect(violationsOf([heard(330, 340, 'issued read write')], eras, bounds)).toHaveLength(1);
  expect(violationsOf([heard(230, 240, 'refused')], eras, bounds)).toHaveLength(1);
});

test('a question is decisive where every era that it can have met gives one answer', () => {
  expect(onlyAnswerTo(heard(125, 150, 'refused'), eras)).toBe('refused');
  expect(onlyAnswerTo(heard(90, 130, 'refused'), eras)).toBeNull();
});

test('what each switch does, to whom it concerns and to nobody else', () => {
  const changed = (path: string, word: string) =>
    world.questions.filter(
      (one) => answerIn(stateWith({ [path]: word }), one) !== answerIn(world.whole, one),
    );
  for (const { path, bodies, whole } of world.switches) {
    for (const word of Object.keys(bodies)) {
      const isIdle = word === whole || (word === 'disabled' && path.includes('/deny-'));
      const concerned = changed(path, word);
      expect(concerned.length > 0, `${path} ${word}`).toBe(!isIdle);
      expect(concerned.length).toBeLessThan(world.questions.length);
    }
  }
  expect(answerIn(world.whole, question)).toBe('issued read write');
  expect(answerIn(stateWith({ [`identity-systems/vault/targets/${target}`]: 'moved' }), question)).toBe(
    'refused',
  );
});

test('turns leave no word of any switch out, change something each, and end where they began', () => {
  const turns = randomTurns(world.switches, 3);
  expect(turns.length).toBeGreaterThanOrEqual(100);
  let state = world.whole;
  const seen = new Set<string>();
  for (const { path, word } of turns) {
    expect(state[path]).not.toBe(word);
    state = { ...state, [path]: word };
    seen.add(`${path} ${word}`);
  }
  expect(state).toEqual(world.whole);
  expect(seen.size).toBe(world.switches.reduce((sum, { bodies }) => sum + Object.keys(bodies).length, 0));
});
