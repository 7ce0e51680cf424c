import { z } from 'zod';

/** Schemas that several answers share. */

/** RFC 3339 in UTC, as the server writes every time. */
export const utcTime = z.iso.datetime().meta({ description: 'RFC 3339, in UTC.' });

export const epoch = z
  .object({
    number: z.int().min(0).meta({ description: 'Rises by one with every change of the configuration.' }),
    id: z.string().meta({ description: 'Random: tells apart two changes that got one number.' }),
  })
  .meta({ description: 'The point in the order of all changes.' });

/** What a request names itself by, in the log and in the audit trail too. */
export const requestId = z
  .string()
  .meta({ description: 'As in the header X-Request-Id, in the log and in the audit trail.' });

export const auditedWorkload = z
  .object({
    cluster: z.string().meta({ description: 'Name of the cluster.' }),
    namespace: z.string().meta({ description: 'Its namespace.' }),
    serviceAccount: z.string().meta({ description: 'Name of its ServiceAccount.' }),
    serviceAccountUid: z
      .string()
      .nullable()
      .meta({ description: 'Null where it was described without one.' }),
    pod: z.string().nullable().meta({ description: 'The pod that the token is bound to, or null.' }),
    podUid: z.string().nullable().meta({ description: 'Its uid.' }),
    node: z.string().nullable().meta({ description: 'The node that the token names, or null.' }),
    nodeUid: z
      .string()
      .nullable()
      .meta({ description: 'Its uid; null where the API server did not know it.' }),
    sourceJti: z.string().nullable().meta({ description: '`jti` of the subject token, where it has one.' }),
  })
  .meta({ description: 'A workload, as its token or somebody describes it.' });

/** A page of a list, in the list's own order. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).meta({ description: 'At most `limit` of them.' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Sent as `cursor` it gives the next page; null on the last one.' }),
  });
}
