import { clusterStatusView, whoamiView } from '@symbolon/protocol';
import { type AdminClient, openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { CliFailure } from '../cli/cli-failure.ts';
import type { ConnectionOptions } from '../cli/connection-options.ts';
import { listAll } from '../cli/list-all.ts';
import { type Finding, finding, ok } from './finding.ts';

const MAX_CLUSTERS = 1_000;

/** The admin API, whether it knows us, and what it says of the keys of every cluster. */
export async function checkAdmin(cli: Cli, connection: ConnectionOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    const client = await openAdminClient(connection, cli);
    const { json } = await client.demand({ method: 'GET', path: '/whoami' });
    const { id } = whoamiView.parse(json);
    findings.push(ok('reachability', `the admin API ${client.connection.server.origin} knows you as ${id}`));
    for (const { name } of await listAll(client, { path: '/clusters' }, MAX_CLUSTERS)) {
      if (typeof name === 'string') findings.push(await checkCluster(client, name));
    }
    return findings;
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    const { message, hints } = error;
    return [
      ...findings,
      finding('problem', 'reachability', [message, hints.join(' ') || 'see the log of the broker']),
    ];
  }
}

async function checkCluster(client: AdminClient, name: string): Promise<Finding> {
  const { json } = await client.demand({
    method: 'GET',
    path: `/clusters/${encodeURIComponent(name)}/status`,
  });
  return judgeClusterKeys(name, clusterStatusView.shape.keys.parse(json.keys));
}

type ClusterKeys = ReturnType<typeof clusterStatusView.shape.keys.parse>;

export function judgeClusterKeys(name: string, keys: ClusterKeys): Finding {
  if (keys === null) {
    const what = `no gateway has told of the keys of cluster ${name}, so it is not known whether they can be read`;
    return finding('unchecked', 'keys', [
      what,
      'see that a gateway runs, then run this again in a few seconds',
    ]);
  }
  const { keyIds, failure, unusableAt, dropped } = keys;
  const fix = `correct validation.jwks or apiServer of cluster ${name}: "symbolon get cluster ${name} -o yaml"`;
  if (keyIds.length === 0)
    return finding('problem', 'keys', [
      `there are no keys of cluster ${name}: ${failure ?? 'it publishes none'}`,
      fix,
    ]);
  if (failure !== null) {
    const until = unusableAt === null ? '' : `, and those that are held are given up at ${unusableAt}`;
    return finding('warning', 'keys', [
      `the keys of cluster ${name} cannot be read: ${failure}${until}`,
      fix,
    ]);
  }
  const what = `the keys of cluster ${name} are known (${keyIds.length})`;
  if (dropped === 0) return ok('keys', what);
  return finding('warning', 'keys', [
    `${what}, and ${dropped} that it publishes are not used: weak, private, symmetric or not told apart`,
    'ask the operator of the cluster why it publishes them',
  ]);
}
