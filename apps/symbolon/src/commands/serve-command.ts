import { Command, InvalidArgumentError, Option } from 'commander';
import { ROLES, type RunOptions, workersSchema } from '../config/run-options.ts';

interface ServeOptions extends RunOptions {
  readonly config?: string;
}

/** `symbolon serve` as the command line knows it; it is the one command that takes the real process as it is. */
export function createServeCommand(): Command {
  return new Command('serve')
    .description('run the broker: gateway and admin API')
    .option('--config <file>', 'YAML file with the same keys as the environment variables, without SYMBOLON_')
    .addOption(new Option('--role <role>', 'which of the two doors it has').choices(ROLES).default('all'))
    .addOption(
      new Option('--workers <number>', 'how many processes share the ports and the load')
        .argParser(readWorkers)
        .default(1),
    )
    .addHelpText(
      'after',
      `
Settings come from SYMBOLON_* environment variables. Without any, the gateway listens on
127.0.0.1:8080, the admin API on 127.0.0.1:8081, and the data lies in ./symbolon-data, which belongs
to one process. Roles and workers need PostgreSQL (SYMBOLON_DATABASE_URL); workers also need
SYMBOLON_METRICS_LISTEN, where the metrics of all are added up and the probes answer for all.
With --role admin the admin API answers the probes /livez and /readyz as well.

SIGTERM and SIGINT stop it in order: readyz says so, what is in flight is answered, and each
connection ends with its answer. A second signal ends it at once.

Examples:
  symbolon serve
  SYMBOLON_LISTEN=127.0.0.1:0 symbolon serve
  symbolon serve --config symbolon.yaml
  symbolon serve --role gateway --workers 4
  symbolon serve --role admin`,
    )
    .action(async (options: ServeOptions) => {
      // Only now: no other command needs the broker, and each starts sooner without it.
      const { serve } = await import('./serve.ts');
      await serve(options);
    });
}

function readWorkers(text: string): number {
  const { data, error } = workersSchema.safeParse(text);
  if (data !== undefined) return data;
  throw new InvalidArgumentError(`It ${error?.issues[0]?.message ?? 'cannot be used'}.`);
}
