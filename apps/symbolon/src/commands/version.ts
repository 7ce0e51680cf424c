import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { type OutputFormat, outputOption, writeOutput } from '../cli/output.ts';
import { VERSION } from '../version.ts';

/** `symbolon version`: what to name in a report of a fault. */
export function createVersionCommand(cli: Cli): Command {
  return new Command('version')
    .description('show the version, and what it runs on')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  symbolon version\n  symbolon version -o json')
    .action(({ output }: { readonly output: OutputFormat }) => {
      const { version: node, platform, arch } = process;
      const about = { version: VERSION, node: node.slice(1), platform: `${platform}-${arch}` };
      writeOutput(cli, about, {
        format: output,
        table: () => `symbolon ${about.version} (Node ${about.node}, ${about.platform})\n`,
      });
    });
}
