import type { Cli } from '../cli/cli.ts';
import { CliFailure } from '../cli/cli-failure.ts';
import type { ConnectionOptions } from '../cli/connection-options.ts';
import { readCaFile, readConfigOption } from '../cli/read-text.ts';
import { checkConfiguration } from '../config/check-configuration.ts';
import { type GivenSettings, readGivenSettings } from '../config/given-settings.ts';
import { type Config, judgeConfig } from '../config/load-config.ts';
import { type Role, SINGLE_PROCESS } from '../config/run-options.ts';
import { SETTINGS } from '../config/settings.ts';
import { checkAdmin } from './check-admin.ts';
import { checkOwnClock } from './check-clock.ts';
import { checkDatabase } from './check-database.ts';
import { checkGateway } from './check-gateway.ts';
import { checkStorage } from './check-storage.ts';
import { type Finding, finding, ok } from './finding.ts';

/*
 * What an operator would look at when something is wrong, looked at in one go: settings, files, clock, keys and who
 * can be reached. It changes nothing and needs no running broker; what it could not look at it says. Each check is
 * apart, so that one that fails hides none of the others.
 */

export interface ExamineOptions extends ConnectionOptions {
  readonly issuer?: string;
  readonly config?: string;
  /** Of the broker whose settings these are. */
  readonly role: Role;
}

/** Everything that was found, in the order in which one would mend it. */
export async function examine(cli: Cli, options: ExamineOptions): Promise<readonly Finding[]> {
  const sources = { env: cli.env, file: readConfigOption(cli, options.config) };
  const run = { ...SINGLE_PROCESS, role: options.role };
  const { settings, problems } = checkConfiguration(sources, run);
  const { given, isFileBroken } = readGivenSettings(sources);
  const config = isFileBroken ? null : judgeConfig(given, run).config;
  const settingValue = (name: string) =>
    settings.find(({ variable }) => variable === `SYMBOLON_${name}`)?.value ?? null;
  const storage =
    config === null
      ? [
          finding('unchecked', 'storage', [
            'the files of the broker cannot be found',
            'mend the configuration first',
          ]),
        ]
      : [...checkStorage(config, cli.cwd), ...(await checkPostgres(config, given))];
  const issuer = options.issuer ?? settingValue('ISSUER');
  const caFile = options.caFile ?? settingValue('CA_FILE');
  return [
    ...configurationFindings(problems),
    ...storage,
    checkOwnClock(cli.now()),
    ...(await checkServers(cli, options, { issuer, caFile })),
  ];
}

async function checkPostgres(
  { storage }: Config,
  given: GivenSettings['given'],
): Promise<readonly Finding[]> {
  if (storage.kind !== 'postgres') return [];
  const { data } = SETTINGS.MIGRATE_DATABASE_URL.schema.safeParse(given.get('MIGRATE_DATABASE_URL')?.text);
  // Only now: the embedded database is looked at without the engine, and much sooner.
  return checkDatabase(
    { url: storage.url, migrateUrl: data ?? null },
    await import('../wire/schema-engine.ts'),
  );
}

function configurationFindings(problems: readonly string[]): readonly Finding[] {
  if (problems.length === 0) return [ok('configuration', 'every setting can be used')];
  const fix = '"symbolon config check" shows every setting and where it comes from';
  return problems.map((problem) => finding('problem', 'configuration', [problem, fix]));
}

async function checkServers(
  cli: Cli,
  options: ConnectionOptions,
  { issuer, caFile }: { readonly issuer: string | null; readonly caFile: string | null },
): Promise<readonly Finding[]> {
  const gateway = await checkIssuer(cli, issuer, caFile);
  // Without a broker here and without one named elsewhere, that the admin API is not there either is no news.
  if (gateway.isNobodyHere && !namesServer(cli, options)) return gateway.findings;
  return [...gateway.findings, ...(await checkAdmin(cli, options))];
}

async function checkIssuer(cli: Cli, issuer: string | null, caFile: string | null) {
  if (issuer === null || !SETTINGS.ISSUER.schema.safeParse(issuer).success) {
    const words = [
      'the gateway: its issuer is not known',
      'name it with --issuer or SYMBOLON_ISSUER',
    ] as const;
    return { findings: [finding('unchecked', 'reachability', words)], isNobodyHere: false };
  }
  try {
    const caPem = caFile === null ? null : readCaFile(cli, caFile);
    return await checkGateway(cli, { issuer, caPem });
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    const words = [error.message, error.hints.join(' ') || 'correct --ca-file or SYMBOLON_CA_FILE'] as const;
    return { findings: [finding('problem', 'configuration', words)], isNobodyHere: false };
  }
}

function namesServer({ env }: Cli, { server, context }: ConnectionOptions): boolean {
  // An empty variable counts as none.
  return [server, context, env.SYMBOLON_SERVER, env.SYMBOLON_CONTEXT].some(Boolean);
}
