import { setImmediate } from 'node:timers/promises';

/** Runs the work to its end, and lets others have their turn between its steps. */
export async function inSteps<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}
