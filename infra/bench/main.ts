/**
 * `npm run bench`: what an exchange costs, beside the least that any Node server can do for one. Each row is a file of
 * `rows/`; `measure.ts` says how a server is measured, `ground/` configures what the broker serves from, `load/` is
 * the load generator, which runs in this process.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openBench } from './bench.ts';
import { buildProgram } from './build-program.ts';
import { describeMachine, describeNoise, measureFsyncs } from './machine.ts';
import { helpText, type Options, readOptions } from './options.ts';
import { createReport } from './report.ts';
import { ROWS } from './rows/index.ts';
import { runRows } from './run-rows.ts';
import { renderTable } from './table.ts';

const read = readOptions(process.argv.slice(2), ROWS);
switch (read.kind) {
  case 'help':
    process.stdout.write(helpText(ROWS));
    break;
  case 'problem':
    process.stderr.write(`${read.problem}\n\n${helpText(ROWS)}`);
    process.exitCode = 2;
    break;
  case 'run':
    process.exitCode = await run(read.options);
}

async function run(options: Options): Promise<number> {
  const interrupt = new AbortController();
  // Not once: npm and the terminal each send one.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt.abort());
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  try {
    if (options.entry === null) progress('building the bundle');
    const entry = options.entry === null ? await buildProgram() : resolve(options.entry);
    const profileFolder = options.profileFolder === null ? null : resolve(options.profileFolder);
    const { seconds } = options;
    await using bench = await openBench({
      seconds,
      entry,
      profileFolder,
      signal: interrupt.signal,
      progress,
    });
    const fsyncsPerSecond = measureFsyncs(bench.makeFolder('fsync'));
    const { rows, failures } = await runRows(bench, options.rows);
    const { pinning } = bench;
    const machine = describeMachine({
      pinning,
      fsyncsPerSecond,
      postgres: bench.databases.postgresVersion(),
    });
    const date = new Date();
    process.stdout.write(`${machine}\n${date.toISOString()}\n\n${renderTable(rows)}\n`);
    const noise = describeNoise(rows);
    if (noise !== null) process.stdout.write(`\n${noise}\n`);
    if (options.jsonFile !== null) {
      writeFileSync(options.jsonFile, `${JSON.stringify(createReport(rows, { machine, date }), null, 2)}\n`);
    }
    for (const { name, problem } of failures) process.stderr.write(`${name} failed: ${problem}\n`);
    return failures.length === 0 ? 0 : 1;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    throw error;
  }
}
