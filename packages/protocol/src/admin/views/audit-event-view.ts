import { POLICY_REASONS, REQUEST_REASONS, TOKEN_REASONS, UNAVAILABLE_REASONS } from '@symbolon/core';
import { z } from 'zod';
import { auditedWorkload, epoch, pageOf, requestId, utcTime } from './common.ts';
import { openEnum } from './open-enum.ts';

const REASONS = [...REQUEST_REASONS, ...TOKEN_REASONS, ...POLICY_REASONS, ...UNAVAILABLE_REASONS];

const reason = openEnum(REASONS, 'A reason code.');
const tokenType = z
  .enum(['access_token', 'id_token', 'jwt'])
  .meta({ description: 'Type of the credential.' });
const principal = z.string().meta({ description: 'Whoever called the admin API.' });

const kindOf = <Kind extends string>(kind: Kind) =>
  z.literal(kind).meta({ description: 'Kind of the event.' });

const recorded = {
  id: z.int().min(1).meta({ description: 'Rises from event to event.' }),
  at: utcTime.meta({ description: 'When it happened.' }),
};

const caused = {
  requestId,
  traceId: z
    .string()
    .nullable()
    .meta({ description: 'The trace that the caller named (W3C Trace Context): 32 hex digits.' }),
};

const chosen = {
  identitySystem: z.string().nullable().meta({ description: 'As far as the decision came.' }),
  target: z.string().nullable().meta({ description: 'The target that was asked for, where there is one.' }),
  rule: z.string().nullable().meta({ description: 'The rule that decided, where one did.' }),
};

const requested = z
  .object({
    audiences: z.array(z.string()).meta({ description: 'Those that some target has.' }),
    unknownAudiences: z.int().min(0).meta({ description: 'How many others there were.' }),
    scopes: z.array(z.string()).meta({ description: 'Those that the target knows.' }),
    unknownScopes: z.int().min(0).meta({ description: 'How many others there were.' }),
    tokenType: tokenType.nullable(),
  })
  .meta({ description: 'What was asked for; what no target knows is only counted.' });

const exchange = z
  .object({
    ...recorded,
    kind: kindOf('exchange'),
    ...caused,
    grantType: z.string().meta({ description: 'The grant that was used.' }),
    outcome: z.enum(['issued', 'refused']).meta({ description: 'How it ended.' }),
    reason: reason.nullable(),
    epoch,
    workload: auditedWorkload,
    requested,
    clientId: z
      .string()
      .nullable()
      .meta({ description: 'The authenticated client; null where the subject token is the credential.' }),
    ...chosen,
    credential: z
      .object({
        subject: z.string().meta({ description: 'Its `sub`.' }),
        audience: z.array(z.string()).meta({ description: 'Its `aud`.' }),
        scopes: z.array(z.string()).meta({ description: 'What was granted.' }),
        tokenType,
        jti: z.string().meta({ description: 'Its `jti`.' }),
        sha256: z.string().meta({ description: 'SHA-256 of the compact credential, lower-case hex.' }),
        issuedAtSeconds: z.int().meta({ description: 'Unix seconds.' }),
        expiresAtSeconds: z.int().meta({ description: 'Unix seconds.' }),
      })
      .nullable()
      .meta({ description: 'What was issued; null for a refusal.' }),
  })
  .meta({ description: 'The outcome of an exchange whose subject token was proven.' });

const change = z
  .object({
    ...recorded,
    kind: kindOf('change'),
    ...caused,
    principal,
    operation: z
      .enum(['create', 'replace', 'delete', 'release'])
      .meta({ description: '`release`: a name that had been given up may be used again.' }),
    object: z
      .object({
        kind: openEnum(
          ['Cluster', 'IdentitySystem', 'Target', 'MappingRule', 'Revocation', 'Audience'],
          'The kind of the object.',
        ),
        identitySystem: z
          .string()
          .nullable()
          .meta({ description: 'The system that owns the object; null for kinds without owner.' }),
        name: z.string().meta({ description: 'Name of the object.' }),
      })
      .meta({ description: 'What was changed.' }),
    epoch,
    before: z.json().meta({ description: 'The object without its secrets; null where there was none.' }),
    after: z.json().meta({ description: 'The object without its secrets; null where there is none.' }),
  })
  .meta({ description: 'A change of the configuration.' });

const explain = z
  .object({
    ...recorded,
    kind: kindOf('explain'),
    ...caused,
    principal,
    epoch,
    asked: z
      .enum(['subjectToken', 'workload'])
      .meta({ description: 'Whether a token was shown, or a workload described.' }),
    decision: z.enum(['issue', 'refuse']).meta({ description: 'What the token endpoint would have done.' }),
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
    kind: kindOf('refusals'),
    since: utcTime.meta({ description: 'The begin of the span that is counted; `at` is its end.' }),
    reason,
    cluster: z
      .string()
      .nullable()
      .meta({ description: 'The cluster whose tokens they were, where it is known.' }),
    count: z.int().min(1).meta({ description: 'How many requests.' }),
  })
  .meta({ description: 'How often requests failed, for one reason, before anything was proven.' });

const access = z
  .object({
    ...recorded,
    kind: kindOf('access'),
    operation: z.literal('reset_token').meta({ description: 'A break-glass token was given out.' }),
    principal: z.string().meta({ description: 'The database role that it was done as.' }),
    expiresAt: utcTime.meta({ description: 'Until when the token is accepted.' }),
  })
  .meta({ description: 'Somebody with access to the database gave out a token for the admin API.' });

/** An event of the audit trail. None holds a token or a key. */
export const auditEventView = z.discriminatedUnion('kind', [exchange, change, explain, refusals, access]);

export const auditEventPage = pageOf(auditEventView);

export type AuditEventView = z.output<typeof auditEventView>;
