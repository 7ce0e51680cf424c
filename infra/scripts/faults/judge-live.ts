import { type Answer, answerIn, type Question, type State } from './live-world.ts';

/** A state of the configuration, from a change on. Times are milliseconds of `performance.now()`. */
export interface Era {
  readonly state: State;
  /** When the change was sent that began it: no earlier can it have been in force. */
  readonly sentMs: number;
  /** When whoever made that change knew that it was made, and the era before was over. */
  readonly acknowledgedMs: number;
}

/** What a question was answered. */
export interface Heard {
  readonly question: Question;
  readonly replica: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Anything else than an `Answer` is what came in place of one. */
  readonly answer: string;
}

/** How long after its end an era may still be followed, in milliseconds. */
export interface Bounds {
  readonly lagMs: number;
  /** The same in refusals of tokens that prove nothing: these ask no database. */
  readonly unprovenLagMs: number;
}

/** Every answer that follows an era which was over for longer than the bounds say when the question was asked. */
export function violationsOf(
  heard: readonly Heard[],
  eras: readonly Era[],
  bounds: Bounds,
): readonly Heard[] {
  return heard.filter((one) => {
    const bound = one.answer === 'unproven' ? bounds.unprovenLagMs : bounds.lagMs;
    return lagOf(one, eras) > bound;
  });
}

/**
 * For how long the era that an answer follows was over when the question was asked; 0 where it was not. Of all eras
 * that began before the answer came it is the one that speaks best for the broker; infinite where none gives this answer.
 */
export function lagOf(one: Heard, eras: readonly Era[]): number {
  return erasUntil(one, eras)
    .filter(({ state }) => answerIn(state, one.question) === one.answer)
    .reduce(
      (least, { overMs }) => Math.min(least, Math.max(0, one.startedMs - overMs)),
      Number.POSITIVE_INFINITY,
    );
}

/** The one answer that can be right, where no change around the question leaves two. */
export function onlyAnswerTo(one: Heard, eras: readonly Era[]): Answer | null {
  const met = erasUntil(one, eras).filter(({ overMs }) => overMs > one.startedMs);
  const answers = new Set(met.map(({ state }) => answerIn(state, one.question)));
  const [answer = null] = answers;
  return answers.size === 1 ? answer : null;
}

function erasUntil({ endedMs }: Heard, eras: readonly Era[]) {
  return eras.flatMap(({ state, sentMs }, index) => {
    const overMs = eras[index + 1]?.acknowledgedMs ?? Number.POSITIVE_INFINITY;
    return sentMs <= endedMs ? [{ state, overMs }] : [];
  });
}
