#!/usr/bin/env node
import { Command } from 'commander';
import { serve } from './commands/serve.ts';
import { explainFailure } from './explain-failure.ts';
import { VERSION } from './version.ts';

const program = new Command('symbolon')
  .description('Identity-federation broker for Kubernetes workloads')
  .version(VERSION)
  .showHelpAfterError('(symbolon --help shows the commands)');

program
  .command('serve')
  .description('run the broker: gateway and admin API')
  .option('--config <file>', 'YAML file with the same keys as the environment variables, without SYMBOLON_')
  .addHelpText(
    'after',
    `
Settings come from SYMBOLON_* environment variables. Without any, the gateway listens on
127.0.0.1:8080, the admin API on 127.0.0.1:8081, and the data lies in ./symbolon-data.

Examples:
  symbolon serve
  SYMBOLON_LISTEN=127.0.0.1:0 symbolon serve
  symbolon serve --config symbolon.yaml`,
  )
  .action(serve);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = 1;
}
