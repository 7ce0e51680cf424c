import { isIdentitySystemName, type Kind, type ObjectKey } from '@symbolon/core';
import type { Context } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { type Preconditions, readPreconditions } from '../http/preconditions.ts';
import { forGlobalOwners, type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import type { ChangeOrder } from './change-order.ts';
import type { Resource } from './resource.ts';

/** What the path, the query and the headers say, before anything of a body is read. */

export interface ReadOrder<K extends Kind> {
  readonly kind: 'order';
  readonly key: ObjectKey<K>;
  readonly preconditions: Preconditions;
}

export function readReadOrder<K extends Kind>(
  context: Context<AdminEnv>,
  resource: Resource<K>,
): ReadOrder<K> | Refusal {
  const query = readQuery(context.req.url, []);
  return query.kind === 'refused' ? query : readOrder(context, resource);
}

export function readChangeOrder<K extends Kind>(
  context: Context<AdminEnv>,
  resource: Resource<K>,
): ({ readonly kind: 'order' } & ChangeOrder<K>) | Refusal {
  const { principal, requestId, traceId } = context.var;
  if (resource.isForGlobalOwners && !principal.isGlobalOwner) return forGlobalOwners;
  const query = readQuery(context.req.url, ['dryRun']);
  if (query.kind === 'refused') return query;
  const dryRun = query.values.get('dryRun') ?? 'false';
  if (dryRun !== 'true' && dryRun !== 'false') {
    return refuse('invalid_request', { detail: 'dryRun must be true or false' });
  }
  const order = readOrder(context, resource);
  if (order.kind === 'refused') return order;
  return { ...order, resource, principal, requestId, traceId, isDryRun: dryRun === 'true' };
}

/** The owner of a collection; null for kinds that nothing owns. */
export function readSystem(context: Context<AdminEnv>): { readonly identitySystem: string | null } | Refusal {
  const identitySystem = context.req.param('system') ?? null;
  return identitySystem === null || isIdentitySystemName(identitySystem) ? { identitySystem } : invalidName;
}

function readOrder<K extends Kind>(
  context: Context<AdminEnv>,
  resource: Resource<K>,
): ReadOrder<K> | Refusal {
  const name = context.req.param('name') ?? '';
  const system = readSystem(context);
  if ('kind' in system) return system;
  if (!resource.isName(name)) return invalidName;
  const preconditions = readPreconditions(context.req.raw.headers);
  if (preconditions.kind === 'refused') return preconditions;
  return { kind: 'order', key: { kind: resource.kind, ...system, name }, preconditions };
}

const invalidName = refuse('invalid_request', {
  detail: 'a name in the path must be a DNS label, and none that is reserved',
});
