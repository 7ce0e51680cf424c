/** The rows, in the order of the table. A further one, of a peer for instance, is a file here and a line below. */
import type { BenchRow } from '../row.ts';
import { firstStartRow, laterStartRow } from './embedded-starts.ts';
import { exchangeRow } from './exchange-row.ts';
import { floorRow } from './floor.ts';
import { idleGatewayRow } from './idle-gateway.ts';
import { junkRow } from './junk.ts';
import { openLoopRow } from './open-loop.ts';
import { rawSignaturesRow } from './raw-signatures.ts';

export const ROWS: readonly BenchRow[] = [
  floorRow,
  rawSignaturesRow,
  exchangeRow({
    name: 'warm',
    what: 'subject tokens seen before, 100 rules, PostgreSQL, relaxed audit',
    database: 'postgres',
    audit: 'relaxed',
  }),
  exchangeRow({
    name: 'warm-durable',
    what: 'the same with durable audit: the record is committed before the answer leaves',
    database: 'postgres',
    audit: 'durable',
  }),
  exchangeRow({
    name: 'cold-durable',
    what: 'a new RS256 subject token each time, durable audit',
    database: 'postgres',
    audit: 'durable',
    isCold: true,
  }),
  exchangeRow({
    name: 'pglite',
    what: 'warm-durable on the embedded database',
    database: 'embedded',
    audit: 'durable',
  }),
  exchangeRow({
    name: 'pglite-relaxed',
    what: 'warm on the embedded database',
    database: 'embedded',
    audit: 'relaxed',
  }),
  exchangeRow({
    name: 'warm-durable-100k-rules',
    what: 'warm-durable with 100,000 rules',
    database: 'postgres',
    audit: 'durable',
    ruleCount: 100_000,
  }),
  exchangeRow({
    name: 'warm-durable-1m-rules',
    what: 'warm-durable with 1,000,000 rules',
    database: 'postgres',
    audit: 'durable',
    ruleCount: 1_000_000,
    isSlow: true,
  }),
  junkRow,
  idleGatewayRow,
  // PostgreSQL gives way from then on.
  openLoopRow,
  firstStartRow,
  laterStartRow,
];
