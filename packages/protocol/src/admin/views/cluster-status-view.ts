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

/** What the answering process knows of a cluster. */
export const clusterStatusView = z.object({
  name: z.string().meta({ description: 'Name of the cluster.' }),
  keys: z
    .object({
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
    })
    .nullable()
    .meta({
      description: 'The keys that verify its tokens; null where this process has not asked for any yet.',
    }),
  lockOut: lockOutView,
});

export type ClusterStatusView = z.output<typeof clusterStatusView>;
