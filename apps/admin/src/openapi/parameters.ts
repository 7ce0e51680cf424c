import { auditEventsQuery, dnsLabel } from '@symbolon/protocol';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../http/page.ts';
import { IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED } from '../idempotency/idempotent.ts';
import type { JsonObject } from '../objects/json-of.ts';
import { schemaOf } from './json-schema.ts';

/** Parameters and answer headers, by the names by which the table of operations calls them. */

const ENTITY_TAG = '(?:W/)?"[!#-~]*"';
const ENTITY_TAGS = `^(?:\\*|${ENTITY_TAG}(?:, ?${ENTITY_TAG})*)$`;

function parameter(place: 'path' | 'query' | 'header', name: string, schema: JsonObject): JsonObject {
  const { description = '', example, ...rest } = schema;
  return {
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    description,
    schema: rest,
    ...(example === undefined ? {} : { example }),
  };
}

const label = schemaOf(dnsLabel, 'input');

function nameOf(noun: string, example: string): JsonObject {
  return parameter('path', 'name', { description: `Name of the ${noun}: a DNS label.`, ...label, example });
}

export const PARAMETERS = {
  IdentitySystem: nameOf('identity system', 'myidsystem'),
  Target: nameOf('target', 'eu'),
  MappingRule: nameOf('rule', 'web'),
  Cluster: nameOf('cluster', 'prod'),
  Revocation: nameOf('revocation', 'leaked-build-log'),
  system: parameter('path', 'system', {
    description: 'Name of the identity system: a DNS label other than `symbolon`.',
    ...label,
    example: 'myidsystem',
  }),
  limit: parameter('query', 'limit', {
    description: `The most that a page holds: 1 to ${MAX_LIMIT}, default ${DEFAULT_LIMIT}.`,
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
  }),
  cursor: parameter('query', 'cursor', {
    description: 'The `nextCursor` of the page before, under the same filters. Left out: the first page.',
    type: 'string',
  }),
  labelSelector: parameter('query', 'labelSelector', {
    description: 'Labels that the objects must carry: `name=value`, up to 10 of these joined by commas.',
    type: 'string',
    example: 'team=platform',
  }),
  dryRun: parameter('query', 'dryRun', {
    description: 'With `true` the request is judged and answered, and changes nothing.',
    type: 'string',
    enum: ['true', 'false'],
  }),
  statusIdentitySystem: parameter('query', 'identitySystem', {
    description: 'With `target`: the identity system of the target.',
    ...label,
    example: 'myidsystem',
  }),
  statusTarget: parameter('query', 'target', {
    description:
      'With `identitySystem`: the target whose credentials count for lastCredentialDeadWithinSeconds.',
    ...label,
    example: 'eu',
  }),
  tombstoneKind: parameter('query', 'kind', {
    description: 'Only tombstones of one kind.',
    type: 'string',
    enum: ['IdentitySystem', 'Cluster', 'Audience'],
  }),
  ifMatch: parameter('header', 'If-Match', {
    description:
      'The ETag of the object as it was read; `*` overwrites whatever is there. A change of an existing object needs it.',
    type: 'string',
    pattern: ENTITY_TAGS,
    example: '*',
  }),
  ifNoneMatch: parameter('header', 'If-None-Match', {
    description: '`*`: only where there is no such object yet.',
    type: 'string',
    pattern: ENTITY_TAGS,
  }),
  knownTag: parameter('header', 'If-None-Match', {
    description: 'The ETag of what the caller has already: 304 where that is what there is.',
    type: 'string',
    pattern: ENTITY_TAGS,
    example: '"12-q3Jc0rN1x7E"',
  }),
  idempotencyKey: parameter('header', IDEMPOTENCY_KEY, {
    description:
      'Makes the request safe to send again for a day: under one key of one principal it is served once, and a retry gets the same answer.',
    type: 'string',
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
    pattern: '^(?:"[ !#-\\[\\]-~]{1,255}"|[-A-Za-z0-9._~:]{1,255})$',
  }),
  traceparent: parameter('header', 'traceparent', {
    description: 'W3C Trace Context: its trace id stands in the log and in the audit trail.',
    type: 'string',
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }),
} as const satisfies Readonly<Record<string, JsonObject>>;
export type ParameterName = keyof typeof PARAMETERS | AuditParameterName;

type AuditField = keyof typeof auditEventsQuery.shape;
type AuditParameterName = `audit.${AuditField}`;

/** The filters of the audit trail. */
export const AUDIT_PARAMETERS = Object.fromEntries(
  Object.entries(auditEventsQuery.shape).map(([name, schema]) => [
    `audit.${name}`,
    parameter('query', name, schemaOf(schema, 'input')),
  ]),
) as Readonly<Record<AuditParameterName, JsonObject>>;

function header(description: string, schema: JsonObject, required = true): JsonObject {
  return { description, required, schema };
}

export const HEADERS = {
  'X-Request-Id': header('Names the request in the log and in the audit trail.', { type: 'string' }),
  ETag: header(
    'Names this state of the object; strong. Not on the answer to a dry run.',
    { type: 'string', pattern: '^"[0-9]+-[-\\w]+"$' },
    false,
  ),
  'Retry-After': header('Seconds after which to try again.', { type: 'integer', minimum: 1 }),
  'WWW-Authenticate': header('How to authenticate (RFC 6750).', { type: 'string' }),
  'Dry-Run': header(
    '`true` on the answer to a dry run, which has no ETag.',
    { type: 'string', enum: ['true'] },
    false,
  ),
  [IDEMPOTENCY_REPLAYED]: header(
    '`true` on an answer that was given before.',
    { type: 'string', enum: ['true'] },
    false,
  ),
} as const satisfies Readonly<Record<string, JsonObject>>;
export type HeaderName = keyof typeof HEADERS;
