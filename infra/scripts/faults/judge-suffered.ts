import { expect } from 'vitest';
import { isMade, isServed, type Suffered } from './suffer.ts';
import { tally } from './tally.ts';
import type { TroubleGround } from './trouble-ground.ts';

/** The broker's words for its own trouble, by which nobody is told that a good token is bad. */
const OWN_TROUBLE = /^(?:200|503 (?:audit|storage|policy)_unavailable)$/;

/** Callers and operators alike got what they asked for, or were told 503 and when to come back. */
export function expectRightKinds({ exchanges, changes }: Suffered): void {
  const strange = Object.entries(tally(exchanges)).filter(([way]) => !OWN_TROUBLE.test(way));
  expect(strange, 'answers to callers').toEqual([]);
  const refused = changes.filter((change) => !isMade(change));
  for (const { status, type, retryAfter } of refused) {
    expect({ status, type }).toEqual({ status: 503, type: 'urn:symbolon:problem:unavailable' });
    expect(retryAfter).toMatch(/^[1-9]\d*$/);
  }
}

/** Nobody was served, and somebody was told so. */
export function expectRefused(those: readonly { readonly status: number | null }[]): void {
  expect(new Set(those.map(({ status }) => status))).toEqual(new Set([503]));
}

interface AuditedExchange {
  readonly request_id: string;
  readonly credential_jti: string | null;
  readonly outcome: string;
}

export interface Recorded {
  /** Rows of exchanges whose callers were not told of them: committed, but the way back was gone. */
  readonly lostExchanges: number;
  /** The same of changes. */
  readonly lostChanges: number;
}

/**
 * Compares what was answered with what is in the database: every credential that left has its row, no request has two, and a
 * rule is there with its audit event and its log row or not at all.
 */
export async function expectNothingHalfWritten(
  { ask }: Pick<TroubleGround, 'ask'>,
  { exchanges, changes }: Pick<Suffered, 'exchanges' | 'changes'>,
): Promise<Recorded> {
  const asked = new Map(exchanges.map((exchange) => [exchange.requestId, exchange]));
  const rows = (await exchangesIn(ask)).filter(({ request_id }) => asked.has(request_id));
  const jtiOf = new Map(rows.map((row) => [row.request_id, row.credential_jti]));
  expect(jtiOf.size, 'one row a request').toBe(rows.length);
  expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['issued']));
  const served = exchanges.filter(isServed);
  const unrecorded = served.filter(({ requestId, jti }) => jtiOf.get(requestId ?? '') !== jti);
  expect(unrecorded, 'credentials that left without their row').toEqual([]);

  const names = changes.map(({ name }) => name);
  const rules = namesOf(await ask(`SELECT name FROM mapping_rules`), names);
  const events = namesOf(
    await ask(`SELECT event #>> '{object,name}' AS name FROM audit_events WHERE kind = 'change'`),
    names,
  );
  const logged = namesOf(await ask(`SELECT name FROM policy_log WHERE kind = 'MappingRule'`), names);
  expect(events, 'audit events of the rules that are there').toEqual(rules);
  expect(logged, 'log rows of the rules that are there').toEqual(rules);
  const there = new Set(rules);
  expect(changes.filter((change) => isMade(change) && !there.has(change.name))).toEqual([]);
  return {
    lostExchanges: rows.length - served.length,
    lostChanges: rules.length - changes.filter(isMade).length,
  };
}

/** Every exchange of the audit trail. */
export function exchangesIn(ask: TroubleGround['ask']): Promise<readonly AuditedExchange[]> {
  return ask(`SELECT request_id, credential_jti, outcome FROM audit_events WHERE kind = 'exchange'`);
}

function namesOf(rows: readonly { readonly name: string }[], among: readonly string[]): readonly string[] {
  return rows
    .map(({ name }) => name)
    .filter((name) => among.includes(name))
    .toSorted();
}
