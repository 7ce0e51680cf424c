import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which core measures and which is measured. Null where the machine cannot keep them apart. */
export interface Pinning {
  readonly serverCore: number;
  readonly generatorCore: number;
}

export function findPinning(): Pinning | null {
  if (availableParallelism() < 2) return null;
  const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;
  return hasTaskset ? { serverCore: 0, generatorCore: 1 } : null;
}

/** This process, with all its threads, and whatever it starts without a core of its own: PostgreSQL among them. */
export function pinSelf({ generatorCore }: Pinning): void {
  const args = ['--all-tasks', '--cpu-list', '--pid', String(generatorCore), String(process.pid)];
  const { status } = spawnSync('taskset', args, { stdio: 'ignore' });
  if (status !== 0) throw new Error('taskset could not pin the load generator to its core');
}

/** The command that runs `command` on the server's core. */
export function onServerCore(pinning: Pinning | null, command: readonly string[]): readonly string[] {
  return pinning === null ? command : ['taskset', '--cpu-list', String(pinning.serverCore), ...command];
}
