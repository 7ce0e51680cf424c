#!/usr/bin/env node
import { createProcessCli } from './cli/process-cli.ts';
import { runCli } from './cli/run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2), createProcessCli());
