import { z } from 'zod';
import { audience } from './fields.ts';

/** Body of `POST tombstones:release`: which name or audience may be used again. */
export const releaseBody = z.strictObject({
  kind: z
    .enum(['IdentitySystem', 'Cluster', 'Audience'])
    .meta({ description: 'What was given up: an identity system, a cluster, or an audience of either.' }),
  // Every name is spelled like an audience too; which it must be of the kind, the tombstone that is there says.
  name: audience.meta({
    description:
      'The name of the system or cluster, or the audience itself: 1 to 255 visible ASCII characters.',
  }),
});

export type ReleaseBody = z.output<typeof releaseBody>;
