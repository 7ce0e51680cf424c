import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResetBreakGlass } from '@symbolon/core';
import { Command, InvalidArgumentError } from 'commander';
import { type ChosenDatabase, chooseDatabase } from '../cli/chosen-database.ts';
import type { Cli } from '../cli/cli.ts';
import { refused } from '../cli/cli-failure.ts';
import { onDatabase } from '../cli/database-trouble.ts';
import { parseDurationSeconds } from '../cli/duration.ts';
import type { StorageConfig } from '../config/load-config.ts';
import { judgeCredentialFile, writeCredentialFile } from '../exchange/credential-file.ts';

/** What of the database the command needs. */
export interface AdminAccessEngine {
  /** Throws `DataDirHeldError` where a broker has the folder, `MigrationError` and `UnavailableError`. */
  openAdminAccess(storage: StorageConfig): Promise<OpenAdminAccess>;
}

export interface OpenAdminAccess extends ResetBreakGlass {
  /** The database role as which it is open, for the audit trail. */
  readonly role: string;
  close(): Promise<void>;
}

interface ResetTokenOptions {
  readonly valid: number;
  readonly out?: string;
  readonly config?: string;
}

const MAX_VALID_SECONDS = 86_400;

/** `symbolon admin reset-token`. */
export function createResetTokenCommand(cli: Cli): Command {
  return new Command('reset-token')
    .description('make a token that owns everything for a while, in place of the one made so before')
    .option('--valid <duration>', 'for how long it is accepted, at most 24h', asValidSeconds, 3_600)
    .option('--out <file>', 'write it into this file, for its owner alone, in place of standard output')
    .option('--config <file>', 'the YAML file that "serve" is given')
    .addHelpText(
      'after',
      `
For the day on which no other token works. It needs no broker, but the database: that of
SYMBOLON_MIGRATE_DATABASE_URL, or else of SYMBOLON_DATABASE_URL, or else the embedded one in
SYMBOLON_DATA_DIR, whose broker must be stopped first. Every broker on that database accepts the token
within a second; the audit trail has the reset, and what is done with the token, as "break-glass". The
database holds its SHA-256 alone. A new one ends the one before: --valid 1s ends it and is over itself.

Examples:
  symbolon admin reset-token --out token
  symbolon whoami --token-file token`,
    )
    .action(async (options: ResetTokenOptions) => {
      const database = chooseDatabase(cli, options.config);
      // Only now: no other command needs the engine, and each starts sooner without it.
      await resetToken({ options, database }, cli, await import('../wire/open-admin-access.ts'));
    });
}

/** Exported for the test, which gives it a database of its own. */
export async function resetToken(
  asked: { readonly options: ResetTokenOptions; readonly database: ChosenDatabase },
  cli: Pick<Cli, 'cwd' | 'now' | 'stdout' | 'stderr'>,
  engine: AdminAccessEngine,
): Promise<void> {
  const { options, database } = asked;
  const out = options.out === undefined ? null : resolve(cli.cwd, options.out);
  await demandUsable(database, out, cli);
  const token = randomBytes(32).toString('base64url');
  const expiresAtMs = cli.now() + options.valid * 1000;
  await onDatabase(database.where, () => store({ database, engine, nowMs: cli.now(), token, expiresAtMs }));
  if (out === null) cli.stdout.write(`${token}\n`);
  else {
    const problem = await writeCredentialFile(out, `${token}\n`);
    if (problem !== null) throw refused(`${problem}; the token is lost`, 'Run this again.');
  }
  const until = new Date(expiresAtMs).toISOString();
  cli.stderr.write(
    `the database is that of ${database.where}; the token owns everything until ${until}, and is shown this once\n`,
  );
}

/** Before there is a token: what cannot be written is not made, and no folder becomes one of a broker by this. */
async function demandUsable(
  { storage, where }: ChosenDatabase,
  out: string | null,
  { cwd }: Pick<Cli, 'cwd'>,
): Promise<void> {
  const problem = out === null ? null : await judgeCredentialFile(out);
  if (problem !== null) throw refused(problem);
  if (storage.kind === 'embedded' && !existsSync(resolve(cwd, storage.dataDir, 'postgres'))) {
    throw refused(
      `${storage.dataDir} is no data folder of a broker`,
      `${where} names it. For PostgreSQL give SYMBOLON_DATABASE_URL.`,
    );
  }
}

async function store(input: {
  readonly database: ChosenDatabase;
  readonly engine: AdminAccessEngine;
  readonly nowMs: number;
  readonly token: string;
  readonly expiresAtMs: number;
}): Promise<void> {
  const { database, engine, nowMs: atMs, token, expiresAtMs } = input;
  const access = await engine.openAdminAccess(database.storage);
  try {
    const tokenSha256 = createHash('sha256').update(token).digest('hex');
    await access.resetBreakGlass(
      { tokenSha256, expiresAtMs },
      { kind: 'access', atMs, operation: 'reset_token', principal: access.role, expiresAtMs },
    );
  } finally {
    await access.close();
  }
}

function asValidSeconds(text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds > MAX_VALID_SECONDS) throw new InvalidArgumentError('At most 24h.');
  return seconds;
}
