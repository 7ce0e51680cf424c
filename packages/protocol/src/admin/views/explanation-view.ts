import { EXPLAINED_STEPS, POLICY_REASONS, TOKEN_REASONS } from '@symbolon/core';
import { z } from 'zod';
import { lockOutView } from './cluster-status-view.ts';
import { auditedWorkload, epoch } from './common.ts';
import { openEnum } from './open-enum.ts';

const sentence = z.string().meta({ description: 'One sentence.' });

const step = z.object({
  step: openEnum(EXPLAINED_STEPS, 'What is judged; the steps come in the order in which they are taken.'),
  outcome: z.enum(['passed', 'failed', 'not_reached', 'not_evaluated']).meta({
    description: '`not_evaluated`: the mode of the cluster has no such step, or there is no token to judge.',
  }),
  detail: sentence,
});

const rule = z.object({
  name: z.string().meta({ description: 'Name of the rule.' }),
  effect: z.enum(['allow', 'deny']).meta({ description: 'What it does where it matches.' }),
  priority: z.int().meta({ description: 'Of two allows, the higher one decides.' }),
  isDraft: z.boolean().meta({ description: 'Whether the rule came with the request.' }),
  outcome: z.enum(['selected', 'outranked', 'not_matched', 'damaged']).meta({
    description:
      '`selected` decides; `outranked` matches and does not; `damaged` is not in force as it is stored.',
  }),
  because: z
    .array(
      z.object({
        aspect: openEnum(
          [
            'enabled',
            'enforcement',
            'window',
            'cluster',
            'namespace',
            'service_account',
            'service_account_uid',
            'default_service_account',
            'target',
            'rank',
            'fault',
          ],
          'What of the rule was compared.',
        ),
        detail: sentence,
      }),
    )
    .meta({ description: 'Why it was outranked, or what did not match.' }),
});

const credential = z
  .object({
    tokenType: z.enum(['access_token', 'id_token', 'jwt']).meta({ description: 'Type of the credential.' }),
    scopes: z.array(z.string()).meta({ description: 'What would be granted.' }),
    expiresInSeconds: z.int().min(0).meta({ description: 'Its lifetime, in seconds.' }),
    claims: z
      .record(z.string(), z.json())
      .meta({ description: 'Every claim; `jti` is a placeholder, the times are those of now.' }),
    isClampedBySource: z
      .boolean()
      .meta({ description: 'Whether the end of the source token was taken into account.' }),
  })
  .meta({ description: 'What would be issued.' });

/** What the policy says of a token or a described workload, and why. */
export const explanationView = z.object({
  decision: z.enum(['issue', 'refuse']).meta({ description: 'What the token endpoint would do.' }),
  reason: openEnum(
    [...TOKEN_REASONS, ...POLICY_REASONS],
    'The reason code that the token endpoint logs and audits; null where it issues.',
  ).nullable(),
  epoch,
  workload: auditedWorkload.nullable().meta({ description: 'Null where the token was not proven.' }),
  identitySystem: z
    .string()
    .nullable()
    .meta({ description: 'The system that owns the target; null where none was found.' }),
  target: z
    .string()
    .nullable()
    .meta({ description: 'The target that the audiences name; null where none was found.' }),
  steps: z.array(step).meta({ description: 'The steps of an exchange, in order.' }),
  rules: z.array(rule).max(100).meta({ description: 'The rules that decide or come closest, at most 100.' }),
  rulesOmitted: z.int().min(0).meta({ description: 'How many more rules the identity system has.' }),
  nearMisses: z
    .array(
      z.object({
        kind: openEnum(
          ['letter_case', 'trailing_slash', 'spelling', 'other_cluster', 'other_audience'],
          'How what was asked for differs from what there is.',
        ),
        detail: sentence,
      }),
    )
    .meta({ description: 'What was probably meant.' }),
  credential: credential.nullable(),
  lockOut: lockOutView.nullable().meta({ description: 'Null where the cluster is not known.' }),
});

export type ExplanationView = z.output<typeof explanationView>;
