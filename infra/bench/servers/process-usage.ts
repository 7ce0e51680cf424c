import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Micro-seconds that the process, with all its threads, has run so far; null where there is no /proc. */
export function cpuMicrosOf(pid: number): number | null {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat === null ? null : cpuTicks(stat) * MICROS_PER_TICK;
}

/** Resident memory in MiB; null where there is no /proc. */
export function rssMiBOf(pid: number): number | null {
  const status = readProc(`/proc/${pid}/status`);
  const kiB = status === null ? undefined : /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kiB === undefined ? null : Number(kiB) / 1024;
}

const MICROS_PER_TICK = 1_000_000 / clockTicksPerSecond();

/** utime and stime (proc(5)): the 12th and 13th field behind the command, which may itself hold spaces and brackets. */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function clockTicksPerSecond(): number {
  const { stdout } = spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' });
  return Number(stdout) || 100;
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
