import { z } from 'zod';
import { epoch, pageOf, utcTime } from './common.ts';

/** What keeps a name or an audience, once given up, from being used again by somebody else. */
export const tombstoneView = z.object({
  kind: z.enum(['IdentitySystem', 'Cluster', 'Audience']).meta({ description: 'What was given up.' }),
  name: z.string().meta({ description: 'The name of the system or cluster, or the audience itself.' }),
  identitySystem: z
    .string()
    .nullable()
    .meta({ description: 'Of an audience: the system whose target had it; null where a cluster had it.' }),
  identityDomain: z
    .string()
    .nullable()
    .meta({ description: 'Of a cluster: the identity domain that it was in, which stays taken.' }),
  deletedAt: utcTime.meta({ description: 'When it was given up.' }),
  deletedBy: z.string().meta({ description: 'The principal who gave it up.' }),
  epoch,
});

export const tombstonePage = pageOf(tombstoneView);

export type TombstoneView = z.output<typeof tombstoneView>;
