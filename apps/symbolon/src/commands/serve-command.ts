import { Command } from 'commander';

/** `symbolon serve` as the command line knows it; it is the one command that takes the real process as it is. */
export function createServeCommand(): Command {
  return new Command('serve')
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
    .action(async (options: { readonly config?: string }) => {
      // Only now: no other command needs the broker, and each starts sooner without it.
      const { serve } = await import('./serve.ts');
      await serve(options);
    });
}
