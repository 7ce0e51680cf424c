import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Lets others go first on the core of a process, of those that it started, and of those that it will start. Linux. */
export function giveWay(pid: number): void {
  for (const one of [pid, ...childrenOf(pid)]) setPriority(one, constants.priority.PRIORITY_LOW);
}

function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}
