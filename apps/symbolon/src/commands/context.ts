import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { wrongUsage } from '../cli/cli-failure.ts';
import {
  type Context,
  demandContext,
  isContextName,
  readContexts,
  writeContexts,
} from '../cli/context-file.ts';
import { type OutputFormat, outputOption, writeList } from '../cli/output.ts';
import { readServerUrl } from '../cli/safe-url.ts';
import { renderTable } from '../cli/table.ts';

const EXAMPLES = `
A context remembers a broker: its admin API, and the files that hold your token and its
CA. The tokens themselves stay in their files. It is kept in
$XDG_CONFIG_HOME/symbolon/contexts.yaml (default ~/.config), which nobody else may read.

Examples:
  symbolon context set production --server https://symbolon.example.com \\
    --token-file ~/.secrets/symbolon-production
  symbolon context use production
  symbolon get rules --context staging
  symbolon context list`;

/** `symbolon context list|set|use|delete`. */
export function createContextCommand(cli: Cli): Command {
  return new Command('context')
    .description('remember brokers by name, and choose one')
    .addHelpText('after', EXAMPLES)
    .addCommand(createList(cli))
    .addCommand(createSet(cli))
    .addCommand(createUse(cli))
    .addCommand(createDelete(cli));
}

function createList(cli: Cli): Command {
  return new Command('list')
    .description('show the contexts; * is the one in use')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  symbolon context list\n  symbolon context list -o json')
    .action(({ output }: { readonly output: OutputFormat }) => {
      const { current, contexts } = readContexts(cli);
      const shown = Object.entries(contexts).map(([name, context]) => ({
        name,
        current: name === current,
        ...context,
      }));
      writeList(cli, shown, {
        format: output,
        none: 'There are no contexts: "symbolon context set" makes one.',
        table: () =>
          renderTable(
            ['current', 'name', 'server', 'token file'],
            shown.map(({ name, server, tokenFile }) => [
              name === current ? '*' : ' ',
              name,
              server,
              tokenFile ?? '',
            ]),
          ),
      });
    });
}

interface SetOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
}

function createSet(cli: Cli): Command {
  return new Command('set')
    .description('make a context, or change what is given of one')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .option('--server <url>', 'the admin API: https, or http on this machine')
    .option('--token-file <file>', 'the file that holds your bearer token')
    .option('--ca-file <file>', "PEM certificates that the server's must lead to")
    .addHelpText(
      'after',
      `
Examples:
  symbolon context set local --server http://127.0.0.1:8081 --token-file symbolon-data/admin-token
  symbolon context set production --ca-file company-ca.pem`,
    )
    .action((name: string, options: SetOptions) => setContext(name, options, cli));
}

function setContext(name: string, options: SetOptions, cli: Cli): void {
  if (!isContextName(name)) {
    throw wrongUsage('a context is named by at most 63 letters, digits, ".", "_" and "-"');
  }
  const { current, contexts } = readContexts(cli);
  const before = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  const server = options.server ?? before?.server;
  if (server === undefined) throw wrongUsage(`context ${name} is new: give --server URL`);
  readServerUrl(server, '--server');
  // The token was meant for the server that it was given with.
  const isMoved = before !== undefined && before.server !== server;
  const context: Context = {
    server,
    tokenFile: fileOf(options.tokenFile, cli) ?? (isMoved ? null : (before?.tokenFile ?? null)),
    caFile: fileOf(options.caFile, cli) ?? (isMoved ? null : (before?.caFile ?? null)),
  };
  writeContexts(cli, { current, contexts: { ...contexts, [name]: context } });
  cli.stderr.write(`Context ${name} is ${before === undefined ? 'made' : 'changed'}.\n`);
  if (isMoved && context.tokenFile === null) {
    cli.stderr.write('It has another server now, so it names no token file: give --token-file FILE.\n');
  }
  if (current !== name) cli.stderr.write(`"symbolon context use ${name}" makes it the one in use.\n`);
}

function fileOf(path: string | undefined, { cwd }: Cli): string | null {
  return path === undefined ? null : resolve(cwd, path);
}

function createUse(cli: Cli): Command {
  return new Command('use')
    .description('choose the context for commands that name none')
    .argument('<name>', 'a context')
    .addHelpText('after', '\nExamples:\n  symbolon context use production')
    .action((name: string) => {
      const { contexts } = readContexts(cli);
      demandContext(name, contexts);
      writeContexts(cli, { current: name, contexts });
      cli.stderr.write(`Context ${name} is in use.\n`);
    });
}

function createDelete(cli: Cli): Command {
  return new Command('delete')
    .description('forget a context; the files that it names stay')
    .argument('<name>', 'a context')
    .addHelpText('after', '\nExamples:\n  symbolon context delete staging')
    .action((name: string) => {
      const { current, contexts } = readContexts(cli);
      demandContext(name, contexts);
      const { [name]: _, ...rest } = contexts;
      writeContexts(cli, { current: current === name ? null : current, contexts: rest });
      cli.stderr.write(`Context ${name} is forgotten.\n`);
    });
}
