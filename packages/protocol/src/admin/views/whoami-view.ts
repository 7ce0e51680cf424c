import { z } from 'zod';

/** Who the caller is to the broker. */
export const whoamiView = z.object({
  id: z.string().meta({ description: 'The principal, as the audit trail names it.' }),
  isGlobalOwner: z.boolean().meta({ description: 'Whether it may do what concerns the whole deployment.' }),
});

export type WhoamiView = z.output<typeof whoamiView>;
