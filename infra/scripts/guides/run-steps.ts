import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuideStep } from './guide-steps.ts';

/** What became of a step. */
export interface StepOutcome {
  readonly step: GuideStep;
  /** Null where it was not reached, or did not end. */
  readonly exitCode: number | null;
  /** Standard output and standard error, as a terminal shows them. */
  readonly output: string;
}

/** Where somebody follows guides: a folder to work in and a home, both empty. */
export interface Room {
  readonly folder: string;
  readonly home: string;
  /** Of what is noted about each step. */
  readonly notes: string;
  /** Where Node keeps what it compiled. */
  readonly compiled: string;
  /** `PATH`. */
  readonly path: string;
  /** What else the reader's shell knows. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes of a block what runs here, such as with other ports. */
  adapt(code: string): string;
  /** Takes back from an output what `adapt` put in. */
  restore(output: string): string;
}

export interface Journey {
  readonly outcomes: readonly StepOutcome[];
  /** Whether something that a step started was still running after the last. */
  readonly leftSomethingRunning: boolean;
}

const AT_MOST_MS = 150_000;

/** Runs steps in one bash, which stops at the first that does not end as it should. */
export async function runSteps(steps: readonly GuideStep[], room: Room): Promise<Journey> {
  const noted = (index: number, what: string) => join(room.notes, `${index}.${what}`);
  for (const [index, { code }] of steps.entries()) writeFileSync(noted(index, 'sh'), room.adapt(code));

  const script = steps.map((step, index) => {
    const run = `. '${noted(index, 'sh')}' > '${noted(index, 'output')}' 2>&1`;
    const note = `echo $? > '${noted(index, 'exit')}'`;
    const judge = `[ "$(cat '${noted(index, 'exit')}')" = ${step.exitCode} ]`;
    return step.exitCode === 0 ? `${run}\n${note}` : `set +e\n${run}\n${note}\nset -e\n${judge}`;
  });
  const bash = spawn('bash', ['-c', ['set -eo pipefail', ...script].join('\n')], {
    cwd: room.folder,
    // The many commands of a guide share what Node compiled.
    env: {
      PATH: room.path,
      HOME: room.home,
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: room.compiled,
      ...room.environment,
    },
    // A group of its own, so that all that it starts can be told and ended together.
    detached: true,
    stdio: 'ignore',
  });
  const endGroup = () => killGroup(bash);
  const timeout = setTimeout(endGroup, AT_MOST_MS);
  process.once('exit', endGroup);
  await once(bash, 'exit');
  process.off('exit', endGroup);
  clearTimeout(timeout);
  const leftSomethingRunning = endGroup();
  const read = (index: number, what: string) =>
    existsSync(noted(index, what)) ? readFileSync(noted(index, what), 'utf8') : null;
  const outcomes = steps.map((step, index) => {
    const exitCode = read(index, 'exit');
    return {
      step,
      exitCode: exitCode === null ? null : Number(exitCode),
      output: room.restore(read(index, 'output') ?? ''),
    };
  });
  return { outcomes, leftSomethingRunning };
}

/** Whether anybody was left in it. */
function killGroup({ pid }: ChildProcess): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, 'SIGKILL');
  } catch {
    return false;
  }
}
