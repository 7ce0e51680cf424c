import type { JsonValue, Kind, ObjectKey } from '@symbolon/core';
import { isIdentitySystemName } from '@symbolon/core';
import type { Context, Hono } from 'hono';
import { entityTagOf } from '../http/entity-tag.ts';
import type { AdminEnv } from '../http/env.ts';
import { isNotModified, readPreconditions } from '../http/preconditions.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import { readBody } from '../http/read-body.ts';
import { type Reply, reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import type { AdminDeps } from '../ports.ts';
import type { ChangeOrder } from './change-order.ts';
import { deleteObject } from './delete-object.ts';
import { listObjects } from './list-objects.ts';
import { putObject } from './put-object.ts';
import type { Resource } from './resource.ts';
import { viewObject } from './view-object.ts';

/** The routes of one kind: PUT, GET and DELETE of an object, and the list of them. All kinds share these handlers. */
export function addObjectRoutes<K extends Kind>(
  app: Hono<AdminEnv>,
  resource: Resource<K>,
  deps: AdminDeps,
): void {
  addRoute(app, resource.path, { GET: list });
  addRoute(app, `${resource.path}/:name`, { GET: get, PUT: put, DELETE: remove });

  async function list(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const system = context.req.param('system') ?? null;
    if (!isOwnerName(system)) return invalidName;
    const collection = { kind: resource.kind, identitySystem: system };
    const page = await listObjects(collection, context.req.url, deps);
    if (page.kind === 'refused') return page;
    const items: JsonValue = page.objects.map((object) => viewObject(resource, object));
    return reply(200, { items, nextCursor: page.nextCursor });
  }

  async function get(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readOrder(context, resource);
    if (order.kind === 'refused') return order;
    const object = await deps.read(order.key);
    if (object === null) return refuse('not_found');
    const headers = { ETag: entityTagOf(object) };
    return isNotModified(order.preconditions, object)
      ? reply(304, null, headers)
      : reply(200, viewObject(resource, object), headers);
  }

  async function put(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readOrder(context, resource);
    if (order.kind === 'refused') return order;
    const body = await readBody(context.req.raw);
    if (body.kind === 'refused') return body;
    const reading = await resource.readDraft(body.json, order.key.name);
    if (reading.kind === 'refused') return reading;
    const outcome = await putObject({ ...order, draft: reading.draft }, deps);
    if (outcome.kind === 'refused') return outcome;
    const view = viewObject(resource, outcome.object);
    return reply(outcome.kind === 'create' ? 201 : 200, view, { ETag: entityTagOf(outcome.object) });
  }

  async function remove(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readOrder(context, resource);
    if (order.kind === 'refused') return order;
    const outcome = await deleteObject(order, deps);
    return outcome.kind === 'refused' ? outcome : reply(204, null);
  }
}

const invalidName = refuse('invalid_request', {
  detail: 'a name in the path must be a DNS label, and none that is reserved',
});

function isOwnerName(system: string | null): boolean {
  return system === null || isIdentitySystemName(system);
}

/** What the path and the headers say, before anything of a body is read. */
function readOrder<K extends Kind>(
  context: Context<AdminEnv>,
  resource: Resource<K>,
): (ChangeOrder<K> & { readonly kind: 'order' }) | Refusal {
  const name = context.req.param('name') ?? '';
  const identitySystem = context.req.param('system') ?? null;
  if (!resource.isName(name) || !isOwnerName(identitySystem)) return invalidName;
  const query = readQuery(context.req.url, []);
  if (query.kind === 'refused') return query;
  const preconditions = readPreconditions(context.req.raw.headers);
  if (preconditions.kind === 'refused') return preconditions;
  const key: ObjectKey<K> = { kind: resource.kind, identitySystem, name };
  const { principal, requestId } = context.var;
  return { kind: 'order', resource, key, principal, requestId, preconditions };
}
