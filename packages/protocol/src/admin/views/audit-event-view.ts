import { POLICY_REASONS, REQUEST_REASONS, TOKEN_REASONS, UNAVAILABLE_REASONS } from '@symbolon/core';
import { z } from 'zod';
import { auditedWorkload, epoch, pageOf, requestId, utcTime } from './common.ts';
import { openEnum } from './open-enum.ts';

const REASONS = [...REQUEST_REASONS, ...TOKEN_REASONS, ...POLICY_REASONS, ...UNAVAILABLE_REASONS];

const reason = openEnum(REASONS, 'A reason code.');
const tokenType = z.enum(['access_token', 'id_token', 'jwt']);

const recorded = {
  id: z.int().min(1).meta({ description: 'Rises from event to event.' }),
  at: utcTime,
};

const caused = {
  requestId,
  traceId: z
    .string()
    .nullable()
    .meta({ description: 'The trace that the caller named (W3C Trace Context): 32 hex digits.' }),
};

const chosen = {
  identitySystem: z.string().nullable(),
  target: z.string().nullable(),
  rule: z.string().nullable(),
};

const requested = z
  .object({
    audiences: z.array(z.string()),
    unknownAudiences: z.int().min(0),
    scopes: z.array(z.string()),
    unknownScopes: z.int().min(0),
    tokenType: tokenType.nullable(),
  })
  .meta({ description: 'What was asked for; what no target knows is only counted.' });

const exchange = z
  .object({
    ...recorded,
    kind: z.literal('exchange'),
    ...caused,
    grantType: z.string(),
    outcome: z.enum(['issued', 'refused']),
    reason: reason.nullable(),
    epoch,
    workload: auditedWorkload,
    requested,
    clientId: z.string().nullable(),
    ...chosen,
    credential: z
      .object({
        subject: z.string(),
        audience: z.array(z.string()),
        scopes: z.array(z.string()),
        tokenType,
        jti: z.string(),
        sha256: z.string().meta({ description: 'SHA-256 of the compact credential, lower-case hex.' }),
        issuedAtSeconds: z.int().meta({ description: 'Unix seconds.' }),
        expiresAtSeconds: z.int().meta({ description: 'Unix seconds.' }),
      })
      .nullable(),
  })
  .meta({ description: 'The outcome of an exchange whose subject token was proven.' });

const change = z
  .object({
    ...recorded,
    kind: z.literal('change'),
    ...caused,
    principal: z.string(),
    operation: z.enum(['create', 'replace', 'delete', 'release']),
    object: z.object({
      kind: openEnum(
        ['Cluster', 'IdentitySystem', 'Target', 'MappingRule', 'Revocation', 'Audience'],
        'The kind of the object.',
      ),
      identitySystem: z.string().nullable(),
      name: z.string(),
    }),
    epoch,
    before: z.json().meta({ description: 'The object without its secrets; null where there was none.' }),
    after: z.json().meta({ description: 'The object without its secrets; null where there is none.' }),
  })
  .meta({ description: 'A change of the configuration.' });

const explain = z
  .object({
    ...recorded,
    kind: z.literal('explain'),
    ...caused,
    principal: z.string(),
    epoch,
    asked: z.enum(['subjectToken', 'workload']),
    decision: z.enum(['issue', 'refuse']),
    reason: reason.nullable(),
    workload: auditedWorkload.nullable(),
    requested,
    ...chosen,
    draftRules: z.int().min(0).meta({ description: 'How many rules came with the request.' }),
  })
  .meta({ description: 'Somebody had a decision explained; nothing was issued.' });

const refusals = z
  .object({
    ...recorded,
    kind: z.literal('refusals'),
    since: utcTime.meta({ description: 'The begin of the span that is counted; `at` is its end.' }),
    reason,
    cluster: z.string().nullable(),
    count: z.int().min(1),
  })
  .meta({ description: 'How often requests failed, for one reason, before anything was proven.' });

/** An event of the audit trail. None holds a token or a key. */
export const auditEventView = z.discriminatedUnion('kind', [exchange, change, explain, refusals]);

export const auditEventPage = pageOf(auditEventView);

export type AuditEventView = z.output<typeof auditEventView>;
