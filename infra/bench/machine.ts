import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import type { NamedRow } from './measured.ts';
import type { Pinning } from './servers/pin.ts';

/** One line: what the figures hold for. */
export function describeMachine(facts: {
  readonly pinning: Pinning | null;
  readonly fsyncsPerSecond: number;
  /** Null where no row asked for one. */
  readonly postgres: string | null;
}): string {
  const { pinning, fsyncsPerSecond, postgres } = facts;
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    `${platform()}-${arch()}`,
    `Node ${process.version}`,
    ...(postgres === null ? [] : [`PostgreSQL ${postgres} with fsync`]),
    `${Math.round(fsyncsPerSecond)} fsyncs/s`,
    pinning === null
      ? 'NOT PINNED: server and load generator share the cores, and no figure is good'
      : `server on core ${pinning.serverCore}, load generator and PostgreSQL on core ${pinning.generatorCore}`,
  ].join('; ');
}

const QUIET_PERCENT = 90;

/** What marks a table whose rates are not to be quoted: the floor never waits, so it has its core or others have it. */
export function describeNoise(rows: readonly NamedRow[]): string | null {
  const percent = rows.find(({ name }) => name === 'floor')?.serverPercent ?? null;
  if (percent === null || percent >= QUIET_PERCENT) return null;
  return `NOT QUIET: the floor got ${Math.floor(percent)} % of its core, others had the rest. No rate or latency is good.`;
}

const PAGE = Buffer.alloc(8192);

/** How often a second the disk under a folder makes a page durable: what bounds a durable commit. */
export function measureFsyncs(folder: string, forMs = 500): number {
  const path = join(folder, 'fsync');
  const file = openSync(path, 'w');
  const startedMs = performance.now();
  let count = 0;
  try {
    while (performance.now() - startedMs < forMs) {
      writeSync(file, PAGE, 0, PAGE.length, (count % 1_000) * PAGE.length);
      fdatasyncSync(file);
      count += 1;
    }
  } finally {
    closeSync(file);
    rmSync(path);
  }
  return (count / (performance.now() - startedMs)) * 1000;
}
