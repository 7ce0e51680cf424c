import { type Clock, type ClusterStatus, isDnsLabel, lockOutOf, type StoredObject } from '@symbolon/core';
import type { Context, Hono } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import { type Reply, reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import type { JsonObject } from '../objects/json-of.ts';
import type { AdminDeps } from '../ports.ts';
import { worstOff } from './worst-off.ts';

/** Gateways write every 5 seconds. */
const STALE_AFTER_MS = 15_000;

type StatusDeps = Pick<AdminDeps, 'read' | 'readClusterStatus'> & Clock;

/**
 * `GET /clusters/{name}/status`: what the gateways know of a cluster's keys, and how long a workload can go on after
 * it was removed. It is apart from the clusters because nothing of it is configuration: it has no tag, and changes by
 * itself.
 */
export function addStatusRoute(app: Hono<AdminEnv>, deps: StatusDeps): void {
  addRoute(app, '/clusters/:name/status', { GET: (context) => readStatus(context, deps) });
}

async function readStatus({ req }: Context<AdminEnv>, deps: StatusDeps): Promise<Reply | Refusal> {
  const name = req.param('name') ?? '';
  if (!isDnsLabel(name)) return invalidName;
  const asked = readTargetName(req.url);
  if (asked.kind === 'refused') return asked;
  const cluster = await deps.read({ kind: 'Cluster', identitySystem: null, name });
  if (cluster === null) return refuse('not_found');
  const target = asked.key === null ? null : await deps.read(asked.key);
  if (asked.key !== null && target === null) {
    return refuse('not_found', { detail: 'there is no such target' });
  }
  const statuses = await deps.readClusterStatus(name);
  const nowMs = deps.now();
  const isStale = ({ writtenAtMs }: ClusterStatus) => nowMs - writtenAtMs > STALE_AFTER_MS;
  const worst = worstOff(statuses.filter((status) => !isStale(status)));
  return reply(200, {
    name,
    keys: worst && viewKeys(worst),
    replicas: statuses.map((status) => ({
      name: status.replica,
      writtenAt: new Date(status.writtenAtMs).toISOString(),
      isStale: isStale(status),
      keys: viewKeys(status),
    })),
    lockOut: { ...lockOutOf(cluster.spec, target === null ? null : longestOf(target), null) },
  });
}

const invalidName = refuse('invalid_request', { detail: 'a name in the path must be a DNS label' });

/** The target whose credentials are asked about; its two names come together or not at all. */
function readTargetName(url: string) {
  const query = readQuery(url, ['identitySystem', 'target']);
  if (query.kind === 'refused') return query;
  const identitySystem = query.values.get('identitySystem');
  const name = query.values.get('target');
  if (identitySystem === undefined && name === undefined) return { kind: 'target', key: null } as const;
  if (identitySystem === undefined || name === undefined || ![identitySystem, name].every(isDnsLabel)) {
    return refuse('invalid_request', {
      detail: 'identitySystem and target come together, and both are DNS labels',
    });
  }
  return { kind: 'target', key: { kind: 'Target', identitySystem, name } } as const;
}

function longestOf({ spec }: StoredObject<'Target'>) {
  return { lifetimeSeconds: spec.maxTtlSeconds, mayOutliveSource: spec.mayOutliveSource };
}

function viewKeys({ readAtMs, keyIds, dropped, failure, unusableAtMs }: ClusterStatus): JsonObject {
  return { readAt: timeOf(readAtMs), keyIds, dropped, failure, unusableAt: timeOf(unusableAtMs) };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
