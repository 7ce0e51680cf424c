import { POLICY_REASONS, REQUEST_REASONS, TOKEN_REASONS, UNAVAILABLE_REASONS } from '@symbolon/core';
import { z } from 'zod';
import { instant } from './fields.ts';

const text = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, { error: 'must be 1 to 255 printable ASCII characters' })
  .exactOptional();

/** Parameters of `GET audit-events` beside those of every list; an event is listed where all that are given hold. */
export const auditEventsQuery = z.strictObject({
  order: z
    .enum(['newest', 'oldest'])
    .default('newest')
    .meta({ description: 'Which events come first. Default newest.' }),
  kind: z
    .enum(['exchange', 'change', 'explain', 'refusals', 'access'])
    .exactOptional()
    .meta({ description: 'The kind of the event.' }),
  outcome: z.enum(['issued', 'refused']).exactOptional().meta({ description: 'The outcome of an exchange.' }),
  reason: z
    .enum([...REQUEST_REASONS, ...TOKEN_REASONS, ...POLICY_REASONS, ...UNAVAILABLE_REASONS])
    .exactOptional()
    .meta({ description: 'The reason code of a refusal.' }),
  principal: text.meta({ description: 'Who changed something, or asked for an explanation.' }),
  cluster: text.meta({ description: "The workload's cluster." }),
  namespace: text.meta({ description: "The workload's namespace." }),
  serviceAccount: text.meta({ description: "The workload's ServiceAccount." }),
  identitySystem: text.meta({ description: 'The identity system that was asked for or changed.' }),
  requestId: text.meta({ description: 'The id of a request, as in the header X-Request-Id.' }),
  sourceJti: text.meta({ description: '`jti` of the subject token.' }),
  credentialJti: text.meta({ description: '`jti` of the credential that was issued.' }),
  credentialSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hex digits' })
    .exactOptional()
    .meta({ description: 'SHA-256 of the compact credential that was issued, in lower-case hex.' }),
  from: instant.exactOptional().meta({ description: 'RFC 3339 instant: events from then on.' }),
  until: instant.exactOptional().meta({ description: 'RFC 3339 instant: events before it.' }),
});

export type AuditEventsQuery = z.output<typeof auditEventsQuery>;
