import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from '../load/percentile.ts';
import { NOTHING_MEASURED } from '../measured.ts';
import type { BenchRow } from '../row.ts';
import { onServerCore } from '../servers/pin.ts';

const PROGRAM = join(import.meta.dirname, 'raw-signatures-program.ts');

export const rawSignaturesRow: BenchRow = {
  name: 'raw-signatures',
  what: 'ES256 signatures alone, with no server around them: what one core could sign at best',
  async run({ pinning, seconds, signal, floorSlices }) {
    const command = [process.execPath, PROGRAM, String(seconds * 1000)];
    const [program = '', ...args] = onServerCore(pinning, command);
    const { stdout } = await promisify(execFile)(program, args, { signal });
    const { perSecond, cpuMicros } = JSON.parse(stdout) as { perSecond: number; cpuMicros: number };
    const floor = median(floorSlices.map(({ requestsPerSecond }) => requestsPerSecond));
    return {
      ...NOTHING_MEASURED,
      requestsPerSecond: perSecond,
      ratioToFloor: perSecond / floor,
      cpuMicrosPerRequest: cpuMicros,
    };
  },
};
