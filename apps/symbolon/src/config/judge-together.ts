import type { GivenSettings } from './given-settings.ts';
import { isLoopbackHost } from './listen-address.ts';
import { type RunOptions, servesAdmin, servesGateway } from './run-options.ts';
import { SETTING_PREFIX, SETTINGS, type SettingName } from './settings.ts';

/** The problems of settings that are well each alone but not together, or not for what is run; one line each. */
export function judgeTogether(given: GivenSettings['given'], run: RunOptions): readonly string[] {
  return [
    ...judgeIssuer(given, run),
    ...(given.has('DATABASE_URL') ? judgePostgres(given, run) : judgeEmbedded(run)),
    ...judgeTlsPair(given),
    ...judgeWorkers(given, run),
  ];
}

function judgeIssuer(given: GivenSettings['given'], { role }: RunOptions): readonly string[] {
  if (given.has('ISSUER')) return [];
  if (!servesGateway(role)) return [demanded('ISSUER', 'with --role admin no gateway tells its address')];
  const { data } = SETTINGS.LISTEN.schema.safeParse(given.get('LISTEN')?.text);
  if (data === undefined || isLoopbackHost(data.host)) return [];
  return [demanded('ISSUER', `the gateway listens on ${data.host}, which is not loopback`)];
}

function judgePostgres(given: GivenSettings['given'], { role }: RunOptions): readonly string[] {
  const noFolder = 'with SYMBOLON_DATABASE_URL there is no data folder to make one in';
  const problems: string[] = [];
  if (given.has('DATA_DIR')) {
    const where = given.get('DATA_DIR')?.where;
    problems.push(`${where} cannot be given beside SYMBOLON_DATABASE_URL: choose one of the two databases`);
  }
  if (servesGateway(role) && !given.has('KEK_FILE')) problems.push(demanded('KEK_FILE', noFolder));
  if (servesAdmin(role) && !given.has('ADMIN_TOKEN_FILE'))
    problems.push(demanded('ADMIN_TOKEN_FILE', noFolder));
  return problems;
}

/** One process alone may have the data folder. */
function judgeEmbedded({ role, workers }: RunOptions): readonly string[] {
  const problems: string[] = [];
  const needs = 'the embedded database belongs to one process with both doors; give SYMBOLON_DATABASE_URL';
  if (role !== 'all') problems.push(`--role ${role} needs PostgreSQL: ${needs}`);
  if (workers > 1) problems.push(`--workers ${workers} needs PostgreSQL: ${needs}`);
  return problems;
}

function judgeTlsPair(given: GivenSettings['given']): readonly string[] {
  const pair = ['TLS_CERT_FILE', 'TLS_KEY_FILE'] as const;
  const missing = pair.filter((name) => !given.has(name));
  const [name] = missing;
  if (name === undefined || missing.length === pair.length) return [];
  const other = name === 'TLS_CERT_FILE' ? 'TLS_KEY_FILE' : 'TLS_CERT_FILE';
  return [demanded(name, `${SETTING_PREFIX}${other} is, and TLS needs certificate and key`)];
}

function judgeWorkers(given: GivenSettings['given'], { role, workers }: RunOptions): readonly string[] {
  if (workers === 1) return [];
  if (role === 'admin')
    return [
      `--workers ${workers} cannot be given with --role admin: workers share the load of a gateway, and the admin API has none worth sharing`,
    ];
  if (given.has('METRICS_LISTEN')) return [];
  return [
    demanded('METRICS_LISTEN', `with --workers ${workers} no single worker can tell the metrics of all`),
  ];
}

function demanded(name: SettingName, because: string): string {
  return `${SETTING_PREFIX}${name} must be given, because ${because}`;
}
