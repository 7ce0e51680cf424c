import { expect, test } from 'vitest';
import { readProfile } from './read-profile.ts';

const BUNDLE = [
  'import { sign } from "node:crypto";',
  '// ../../packages/core/src/decision/decide.ts',
  'function decide() {',
  '}',
  '//#region ../../node_modules/.pnpm/pino@10.4.0/node_modules/pino/lib/proto.js',
  'function write() {}',
  '// apps/symbolon/src/serve/metrics/create-metrics.ts',
  'function count() {}',
].join('\n');

const node = (id: number, functionName: string, [url, lineNumber]: [string, number]) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

test('time is told by the source file of the function that it was spent in, and idle time does not count', () => {
  const bundled = 'file:///srv/dist/broker.js';
  const spent = readProfile(
    {
      nodes: [
        node(1, '(idle)', ['', -1]),
        node(2, 'decide', [bundled, 2]),
        node(3, 'write', [bundled, 5]),
        node(4, 'count', [bundled, 7]),
        node(5, 'signOneShot', ['node:internal/crypto/sig', 150]),
      ],
      samples: [1, 2, 3, 4, 5, 5, 1],
      timeDeltas: [1_000, 30, 20, 10, 25, 15, 5_000],
    },
    BUNDLE,
  );
  expect(spent.buckets).toEqual([
    { name: 'crypto', percent: 40 },
    { name: 'decide', percent: 30 },
    { name: 'log', percent: 20 },
    { name: 'metrics', percent: 10 },
  ]);
  expect(spent.functions[0]).toEqual({ name: 'signOneShot (node:internal/crypto/sig)', percent: 40 });
  expect(spent.functions[2]).toEqual({ name: 'write (pino/lib/proto.js)', percent: 20 });
});
