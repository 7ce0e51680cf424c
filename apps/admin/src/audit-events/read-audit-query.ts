import { type AuditFilter, parseInstantMs } from '@symbolon/core';
import { type AuditEventsQuery, auditEventsQuery, readObject } from '@symbolon/protocol';
import { PAGE_PARAMETERS, type PageWindow, readWindow } from '../http/page.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';

export interface AuditListing {
  readonly kind: 'listing';
  readonly filter: AuditFilter;
  readonly order: 'newest' | 'oldest';
  readonly window: PageWindow;
  /** The same for every page of one listing. */
  readonly list: string;
}

/** What a query asks for of the audit trail. */
export async function readAuditQuery(url: string): Promise<AuditListing | Refusal> {
  const query = readQuery(url, [...PAGE_PARAMETERS, ...Object.keys(auditEventsQuery.shape)]);
  if (query.kind === 'refused') return query;
  const { limit: _, cursor: __, ...asked } = Object.fromEntries(query.values);
  const reading = await readObject(auditEventsQuery, asked);
  if (reading.kind === 'invalid') {
    const problems = reading.errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`);
    return refuse('invalid_request', { detail: problems.join('; ') });
  }
  const list = JSON.stringify(reading.value);
  const { order, ...filter } = reading.value;
  const window = readWindow(query.values, { list, isPosition: isEventId });
  if (window.kind === 'refused') return window;
  return { kind: 'listing', filter: filterOf(filter), order, window, list };
}

function filterOf({ from, until, ...filter }: Omit<AuditEventsQuery, 'order'>): AuditFilter {
  const fromMs = from === undefined ? null : parseInstantMs(from);
  const untilMs = until === undefined ? null : parseInstantMs(until);
  return {
    ...filter,
    ...(fromMs === null ? {} : { fromMs }),
    ...(untilMs === null ? {} : { untilMs }),
  };
}

function isEventId(text: string): boolean {
  return /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));
}
