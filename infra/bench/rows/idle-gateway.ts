import { setTimeout } from 'node:timers/promises';
import { NOTHING_MEASURED } from '../measured.ts';
import type { BenchRow } from '../row.ts';

const IDLE_MS = 10_000;

export const idleGatewayRow: BenchRow = {
  name: 'idle-gateway',
  what: 'resident memory of a gateway on PostgreSQL with 100 rules, ten seconds after its start',
  async run(bench) {
    const ground = await bench.databases.postgres(100);
    await using server = await bench.startBroker(ground, { args: ['--role', 'gateway'] });
    await setTimeout(IDLE_MS, undefined, { signal: bench.signal });
    return { ...NOTHING_MEASURED, rssMiB: server.rssMiB() };
  },
};
