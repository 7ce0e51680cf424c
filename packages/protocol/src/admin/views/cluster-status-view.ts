import { z } from 'zod';
import { utcTime } from './common.ts';

export const lockOutView = z
  .object({
    mode: z
      .enum(['offline', 'review', 'watch'])
      .meta({ description: 'How tokens of the cluster are proved.' }),
    exchangesRefusedWithinSeconds: z
      .number()
      .min(0)
      .meta({ description: 'After the removal of a workload, its exchanges are refused within this.' }),
    lastCredentialDeadWithinSeconds: z.number().min(0).nullable().meta({
      description: 'The credential issued last is dead within this; null where no target is named.',
    }),
  })
  .meta({ description: 'How long a removed workload can go on, in seconds.' });

const heldKeysView = z.object({
  readAt: utcTime.nullable().meta({ description: 'The last reading that succeeded; null: none has.' }),
  keyIds: z.array(z.string()).meta({ description: 'Ids of the keys that verify tokens now.' }),
  dropped: z.int().min(0).meta({
    description: 'Published keys that are not used: weak, private, symmetric or not told apart.',
  }),
  failure: z
    .string()
    .nullable()
    .meta({ description: 'Why the last reading failed; null where it succeeded.' }),
  unusableAt: utcTime
    .nullable()
    .meta({ description: 'When the held keys are given up, unless a reading succeeds; null: never.' }),
});

/** What the gateways know of a cluster. */
export const clusterStatusView = z.object({
  name: z.string().meta({ description: 'Name of the cluster.' }),
  keys: heldKeysView.nullable().meta({
    description:
      'The keys that verify its tokens at the gateway that is worst off; null where no gateway that runs has told of any yet.',
  }),
  replicas: z
    .array(
      z.object({
        name: z.string().meta({ description: 'The gateway whose word it is; no two that run share one.' }),
        writtenAt: utcTime.meta({ description: 'When it told of them last; it does every 5 seconds.' }),
        isStale: z.boolean().meta({
          description:
            'Whether that is longer than 15 seconds ago: it has ended, or cannot reach the database.',
        }),
        keys: heldKeysView.meta({ description: 'The keys that verified the tokens of the cluster there.' }),
      }),
    )
    .meta({ description: 'What every gateway knows of its keys, for an hour after it ended.' }),
  lockOut: lockOutView,
});

export type ClusterStatusView = z.output<typeof clusterStatusView>;
