import { auditEventsQuery } from '@symbolon/protocol';
import type { Operation } from './operation.ts';
import type { ParameterName } from './parameters.ts';

const JSON_MEDIA_TYPE = 'application/json';

/** What a POST under an `Idempotency-Key` may answer beside its own. */
const POST_PROBLEMS = [409, 413, 415, 422] as const;

/** Everything that is not the reading and writing of one kind of object. */
export const OTHER_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/clusters/{name}/status',
    named: 'Cluster',
    operationId: 'getClusterStatus',
    tag: 'Clusters',
    summary: "Read what the gateways know of a cluster's keys, and how long a removed workload can go on",
    description: 'Every gateway tells every 5 seconds, so a change of a cluster shows soon after it.',
    parameters: ['statusIdentitySystem', 'statusTarget'],
    answers: [{ status: 200, description: 'The status.', schema: 'ClusterStatus' }],
    problems: [404],
  },
  {
    method: 'get',
    path: '/tombstones',
    operationId: 'listTombstones',
    tag: 'Tombstones',
    summary: 'List names and audiences that were given up and are not released',
    description: 'For a global owner alone.',
    parameters: ['tombstoneKind', 'limit', 'cursor'],
    answers: [{ status: 200, description: 'One page.', schema: 'TombstonePage' }],
    problems: [403],
  },
  {
    method: 'post',
    path: '/tombstones:release',
    operationId: 'releaseTombstone',
    tag: 'Tombstones',
    summary: 'Let a name or an audience be used again by somebody else',
    description: 'For a global owner alone.',
    parameters: ['idempotencyKey'],
    body: { mediaType: JSON_MEDIA_TYPE, schema: 'ReleaseBody' },
    answers: [{ status: 204, description: 'It is released.', headers: ['Idempotency-Replayed'] }],
    problems: [403, 404, ...POST_PROBLEMS],
  },
  {
    method: 'post',
    path: '/explain',
    operationId: 'explain',
    tag: 'Decisions',
    summary: 'Say what would be decided of a token or a described workload, and why',
    description:
      'For a global owner alone. Decides as the token endpoint would, with every step and every rule that was considered. Nothing is issued, the token is neither kept nor shown, and the question stands in the audit trail.',
    parameters: ['idempotencyKey'],
    body: { mediaType: JSON_MEDIA_TYPE, schema: 'ExplainBody' },
    answers: [
      {
        status: 200,
        description: 'The explanation.',
        schema: 'Explanation',
        headers: ['Idempotency-Replayed'],
      },
    ],
    problems: [403, ...POST_PROBLEMS],
  },
  {
    method: 'get',
    path: '/audit-events',
    operationId: 'listAuditEvents',
    tag: 'Audit',
    summary: 'List what happened',
    description: 'For a global owner alone. An event is listed where every filter that is given holds.',
    parameters: [
      'limit',
      'cursor',
      ...Object.keys(auditEventsQuery.shape).map((name) => `audit.${name}` as ParameterName),
    ],
    answers: [{ status: 200, description: 'One page.', schema: 'AuditEventPage' }],
    problems: [403],
  },
  {
    method: 'get',
    path: '/whoami',
    operationId: 'whoami',
    tag: 'API',
    summary: 'Say who the caller is to the broker',
    answers: [{ status: 200, description: 'The principal.', schema: 'Whoami' }],
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    tag: 'API',
    summary: 'This document',
    answers: [{ status: 200, description: 'OpenAPI 3.1.', schema: 'OpenApi' }],
  },
];
