import type { AuditFilter, AuditQuery } from '@symbolon/core';
import { and, asc, desc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import { auditEvents, CUT_COLUMNS } from './schema.ts';

/** The end of the year 9999: instants are written to the database with four digits of year. */
const LAST_MS = 253_402_300_799_999;

/** The condition under which events answer `query`, which `canMatch` has let pass. */
export function auditCondition({ filter, order, afterId }: AuditQuery): SQL | undefined {
  const { id, at } = auditEvents;
  const { fromMs, untilMs } = filter;
  return and(
    afterId === null ? undefined : order === 'oldest' ? gt(id, afterId) : lt(id, afterId),
    fromMs === undefined ? undefined : gte(at, instantOf(fromMs)),
    untilMs === undefined ? undefined : lt(at, instantOf(untilMs)),
    ...UNCUT.map((member) => is(auditEvents[member], filter[member])),
    ...CUT.map((member) => isWhole(member, filter[member])),
  );
}

/**
 * The order of the ids. A search for one thing is kept from walking along them: where the database has no statistics
 * of its own it would expect to meet a match soon, and read the whole trail for the few that there are.
 */
export function auditOrder({ filter, order }: AuditQuery): SQL {
  const isNeedle = NEEDLES.some((member) => filter[member] !== undefined);
  const id = isNeedle ? sql`${auditEvents.id} + 0` : auditEvents.id;
  return order === 'oldest' ? asc(id) : desc(id);
}

const NEEDLES = ['requestId', 'sourceJti', 'credentialJti', 'credentialSha256'] as const;
const UNCUT = ['kind', 'outcome', 'reason', ...NEEDLES] as const;
const CUT = ['principal', 'cluster', 'namespace', 'serviceAccount', 'identitySystem'] as const;

function is(
  column: (typeof auditEvents)[(typeof UNCUT)[number]],
  value: string | undefined,
): SQL | undefined {
  return value === undefined ? undefined : eq(column, value);
}

/** A value as long as the column may be the begin of a longer one, and only the event itself knows. */
function isWhole(member: (typeof CUT)[number], value: AuditFilter[typeof member]): SQL | undefined {
  if (value === undefined) return undefined;
  const { whole, length } = CUT_COLUMNS[member];
  if (value.length < length) return eq(auditEvents[member], value);
  return and(
    sql`${auditEvents[member]} = left(${value}, ${sql.raw(String(length))})`,
    sql`${whole} = ${value}`,
  );
}

/** The first millisecond that is not before `ms`, within what can be an instant. */
function instantOf(ms: number): Date {
  return new Date(Math.min(Math.max(Math.ceil(ms), 0), LAST_MS));
}
