import type { JsonValue, Kind } from '@symbolon/core';
import { KIND_PATHS } from '@symbolon/protocol';
import type { Context, Hono } from 'hono';
import { entityTagOf } from '../http/entity-tag.ts';
import type { AdminEnv } from '../http/env.ts';
import { isNotModified } from '../http/preconditions.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { readBody } from '../http/read-body.ts';
import { type Reply, reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import type { AdminDeps } from '../ports.ts';
import type { ChangeOrder } from './change-order.ts';
import { deleteObject } from './delete-object.ts';
import { listObjects } from './list-objects.ts';
import { patchObject } from './patch-object.ts';
import { type PutOutcome, putObject } from './put-object.ts';
import { readChangeOrder, readReadOrder, readSystem } from './read-order.ts';
import type { Resource } from './resource.ts';
import { viewObject } from './view-object.ts';

/** The routes of one kind: PUT, PATCH, GET and DELETE of an object, and the list of them. All kinds share these handlers. */
export function addObjectRoutes<K extends Kind>(
  app: Hono<AdminEnv>,
  resource: Resource<K>,
  deps: AdminDeps,
): void {
  const path = KIND_PATHS[resource.kind];
  addRoute(app, path, { GET: list });
  addRoute(app, `${path}/:name`, { GET: get, PUT: put, PATCH: patch, DELETE: remove });

  async function list(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const system = readSystem(context);
    if ('kind' in system) return system;
    const page = await listObjects({ kind: resource.kind, ...system }, context.req.url, deps);
    if (page.kind === 'refused') return page;
    const items: JsonValue = page.items.map((object) => viewObject(resource, object));
    return reply(200, { items, nextCursor: page.nextCursor });
  }

  async function get(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readReadOrder(context, resource);
    if (order.kind === 'refused') return order;
    const object = await deps.read(order.key);
    if (object === null) return refuse('not_found');
    const headers = { ETag: entityTagOf(object) };
    return isNotModified(order.preconditions, object)
      ? reply(304, null, headers)
      : reply(200, viewObject(resource, object), headers);
  }

  async function put(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readChangeOrder(context, resource);
    if (order.kind === 'refused') return order;
    const body = await readBody(context.req.raw);
    if (body.kind === 'refused') return body;
    const reading = await resource.readDraft(body.json, order.key.name);
    if (reading.kind === 'refused') return reading;
    return replyPut(order, await putObject({ ...order, draft: reading.draft }, deps));
  }

  async function patch(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readChangeOrder(context, resource);
    if (order.kind === 'refused') return order;
    const body = await readBody(context.req.raw, 'application/merge-patch+json');
    if (body.kind === 'refused') return body;
    return replyPut(order, await patchObject(order, body.json, deps));
  }

  async function remove(context: Context<AdminEnv>): Promise<Reply | Refusal> {
    const order = readChangeOrder(context, resource);
    if (order.kind === 'refused') return order;
    const outcome = await deleteObject(order, deps);
    return outcome.kind === 'refused' ? outcome : reply(204, null, dryRunHeader(order));
  }

  function replyPut(order: ChangeOrder<K>, outcome: PutOutcome<K>): Reply | Refusal {
    if (outcome.kind === 'refused') return outcome;
    const { entityTag, object } = outcome;
    return reply(outcome.kind === 'create' ? 201 : 200, viewObject(resource, object), {
      ...dryRunHeader(order),
      ...(entityTag === null ? {} : { ETag: entityTag }),
    });
  }
}

/** The answer to a dry run looks like that to the change itself; this tells them apart. */
function dryRunHeader({ isDryRun }: { readonly isDryRun: boolean }): Readonly<Record<string, string>> {
  return isDryRun ? { 'Dry-Run': 'true' } : {};
}
