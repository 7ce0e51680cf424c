import { Command } from 'commander';
import { chooseDatabase } from '../cli/chosen-database.ts';
import type { Cli } from '../cli/cli.ts';
import { CliFailure, refused } from '../cli/cli-failure.ts';
import { onDatabase } from '../cli/database-trouble.ts';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import { type OutputFormat, outputOption, writeOutput } from '../cli/output.ts';
import type { MigrationOutcome, SchemaEngine, SchemaState } from '../cli/schema-engine.ts';
import type { Secret } from '../config/secret.ts';

interface MigrateOptions {
  readonly check?: true;
  readonly config?: string;
  readonly output: OutputFormat;
}

/** `symbolon migrate`. */
export function createMigrateCommand(cli: Cli): Command {
  return new Command('migrate')
    .description("bring a PostgreSQL database to this version's schema")
    .option('--check', 'change nothing; end with 4 where migrations are pending')
    .option('--config <file>', 'the YAML file that "serve" is given')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The database is that of SYMBOLON_MIGRATE_DATABASE_URL, whose login owns the schema, or else that of
SYMBOLON_DATABASE_URL. Every migration is applied or none is, by one process at a time, and brokers of
the version before go on meanwhile. An embedded database is brought up to date by "serve".

With --check it ends with 0 where the schema is up to date, with 4 where migrations are pending, and
with 1 where the schema is of a version that this one does not know.

Examples:
  SYMBOLON_MIGRATE_DATABASE_URL=postgres://owner@db/symbolon symbolon migrate
  symbolon migrate --check -o json`,
    )
    .action(async (options: MigrateOptions) => {
      const { storage, where } = chooseDatabase(cli, options.config);
      if (storage.kind === 'embedded') throw noPostgres();
      // Only now: no other command needs the engine, and each starts sooner without it.
      await migrate({ options, url: storage.url, where }, cli, await import('../wire/schema-engine.ts'));
    });
}

/** Exported for the test, which gives it an engine of its own. */
export async function migrate(
  asked: { readonly options: MigrateOptions; readonly url: Secret; readonly where: string },
  cli: Pick<Cli, 'stdout' | 'stderr'>,
  engine: SchemaEngine,
): Promise<void> {
  const { options, url, where } = asked;
  cli.stderr.write(`the database is that of ${where}\n`);
  if (options.check === true) {
    return showState(await onDatabase(where, () => engine.checkDatabase(url)), options, cli);
  }
  showOutcome(await onDatabase(where, () => engine.migrateDatabase(url)), options, cli);
}

function showState(state: SchemaState, { output: format }: MigrateOptions, cli: Pick<Cli, 'stdout'>): void {
  const { kind: status } = state;
  switch (state.kind) {
    case 'up_to_date':
      writeOutput(cli, { status, pending: [] }, { format, table: () => text(['up to date']) });
      return;
    case 'pending': {
      const { names: pending } = state;
      const table = () => text(pending.map((name) => `pending ${name}`));
      writeOutput(cli, { status, pending }, { format, table });
      throw new CliFailure(EXIT_CODES.pending, 'migrations are pending', [
        '"symbolon migrate" applies them.',
      ]);
    }
    case 'unknown':
      writeOutput(cli, { status, problem: state.problem }, { format, table: () => '' });
      throw refused(state.problem);
  }
}

function showOutcome(
  outcome: MigrationOutcome,
  { output: format }: MigrateOptions,
  cli: Pick<Cli, 'stdout'>,
): void {
  const { kind: status } = outcome;
  if (outcome.kind === 'lacks_rights') {
    const { sql } = outcome;
    writeOutput(cli, { status, sql }, { format, table: () => text([sql]) });
    throw refused(
      'this login lacks rights, and nothing was changed',
      'Name the login that owns the schema with SYMBOLON_MIGRATE_DATABASE_URL, if this is another.',
      'Else let a superuser run the SQL on standard output in this database, then run this again.',
    );
  }
  const { applied, rolesMade } = outcome;
  const lines = [
    ...applied.map((name) => `applied ${name}`),
    ...rolesMade.map((role) => `made role ${role}`),
    'up to date',
  ];
  writeOutput(cli, { status, applied, rolesMade }, { format, table: () => text(lines) });
}

function noPostgres(): CliFailure {
  return refused(
    'no PostgreSQL is named',
    'Name one with SYMBOLON_MIGRATE_DATABASE_URL, or with SYMBOLON_DATABASE_URL.',
    'The embedded database needs nothing: "symbolon serve" brings it up to date.',
  );
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
