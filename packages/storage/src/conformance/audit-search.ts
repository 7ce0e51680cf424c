import type { AuditEvent, AuditFilter, AuditQuery, ExplainEvent } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { Stores } from '../stores.ts';
import type { FreshStores } from './open-stores.ts';
import { recordNow } from './record-exchange.ts';
import {
  auditQuery,
  keyOf,
  sampleAccess,
  sampleChange,
  sampleExchange,
  sampleExplanation,
  sampleRefusals,
} from './samples.ts';

const FIRST_MS = 1_795_400_000_000;

/** The filters of ReadAuditEvents. */
export function describeAuditSearch(fresh: FreshStores): void {
  describe('audit search', () => {
    test.each<[AuditFilter, string]>([
      [{}, 'issued refused explained unproven created released refusals access'],
      [{ kind: 'exchange' }, 'issued refused'],
      [{ kind: 'change' }, 'created released'],
      [{ kind: 'explain' }, 'explained unproven'],
      [{ kind: 'refusals' }, 'refusals'],
      [{ kind: 'access' }, 'access'],
      [{ outcome: 'issued' }, 'issued'],
      [{ outcome: 'refused' }, 'refused'],
      [{ reason: 'rule_denied' }, 'refused'],
      [{ reason: 'token_expired' }, 'unproven refusals'],
      [{ principal: 'user:dex:7' }, 'explained unproven'],
      [{ principal: 'bootstrap' }, 'created released'],
      [{ principal: 'postgres' }, 'access'],
      [{ cluster: 'production' }, 'issued explained'],
      [{ cluster: 'edge' }, 'refused released refusals'],
      [{ namespace: 'demo' }, 'issued refused explained'],
      [{ serviceAccount: 'api.v1' }, 'issued refused explained'],
      [{ identitySystem: 'myidsystem' }, 'issued refused explained created'],
      [{ requestId: 'refused' }, 'refused'],
      [{ sourceJti: 'source-jti' }, 'issued refused'],
      [{ credentialJti: 'credential-jti' }, 'issued'],
      [{ credentialSha256: 'a'.repeat(64) }, 'issued'],
      [{ fromMs: FIRST_MS + 2 }, 'explained unproven created released refusals access'],
      [{ untilMs: FIRST_MS + 2 }, 'issued refused'],
      [{ fromMs: FIRST_MS + 1, untilMs: FIRST_MS + 3 }, 'refused explained'],
      [{ fromMs: FIRST_MS + 0.5, untilMs: FIRST_MS + 1.5 }, 'refused'],
      [{ fromMs: FIRST_MS + 3, untilMs: FIRST_MS + 3 }, ''],
      [{ kind: 'exchange', cluster: 'edge', namespace: 'demo', serviceAccount: 'api.v1' }, 'refused'],
      [{ sourceJti: 'source-jti', outcome: 'issued', reason: 'rule_denied' }, ''],
    ])('every member that is given must hold: %j', async (filter, found) => {
      const stores = await withEveryKind(fresh);
      expect(await find(stores, { filter })).toBe(found);
      expect(await find(stores, { filter, order: 'newest' })).toBe(found.split(' ').toReversed().join(' '));
    });

    test('a member that is there without a value filters nothing', async () => {
      const stores = await withEveryKind(fresh);
      // As code without exactOptionalPropertyTypes would spell a filter that is not given.
      const filter = { cluster: 'edge', namespace: undefined, fromMs: undefined } as unknown as AuditFilter;
      expect(await find(stores, { filter })).toBe('refused released refusals');
    });

    test('pages of a search follow each other in its own order, whatever is recorded meanwhile', async () => {
      const stores = await fresh();
      const record = (requestId: string, namespace: string) => {
        const { workload } = sampleExchange(requestId);
        return recordNow(stores, sampleExchange(requestId, { workload: { ...workload, namespace } }));
      };
      for (let index = 1; index <= 5; index += 1) {
        await record(`${index}`, 'demo');
        await record(`other-${index}`, 'other');
      }
      const filter = { namespace: 'demo' };
      const pages: Record<AuditQuery['order'], string[]> = { newest: [], oldest: [] };
      for (const order of ['newest', 'oldest'] as const) {
        let afterId: number | null = null;
        for (let page = 0; page < 3; page += 1) {
          const events = await stores.listAuditEvents({ filter, order, afterId, limit: 2 });
          pages[order].push(events.map(({ event }) => labelOf(event)).join(' '));
          afterId = events.at(-1)?.id ?? afterId;
          await record(`late-${order}-${page}`, order === 'newest' ? 'demo' : 'other');
        }
      }
      expect(pages.newest).toEqual(['5 4', '3 2', '1']);
      expect(pages.oldest).toEqual(['1 2', '3 4', '5 late-newest-0']);
    });

    test.each<[string, Partial<AuditFilter>]>([
      ['a prefix', { cluster: 'productio', namespace: 'dem', principal: 'boot' }],
      ['another letter case', { cluster: 'Production', identitySystem: 'MyIdSystem', reason: 'RULE_DENIED' }],
      ['a space behind it', { namespace: 'demo ', requestId: 'issued ', sourceJti: 'source-jti ' }],
      ['a pattern', { cluster: '%', namespace: '*', serviceAccount: 'api_v1', requestId: '.*' }],
      ['an upper-case hash', { credentialSha256: 'A'.repeat(64) }],
      ['nothing at all', { cluster: '', requestId: '', credentialJti: '', reason: '' }],
      ['the word null', { reason: 'null', credentialJti: 'null', cluster: 'null' }],
      ['NUL', { cluster: 'production\0', requestId: '\0', reason: 'rule_denied\0', principal: '\0' }],
      ['half a surrogate pair', { namespace: 'demo\ud800', sourceJti: '\udfff', identitySystem: '\ud800' }],
      ['another Unicode form', { serviceAccount: 'ａpi.v1', namespace: 'de\u0301mo' }],
      ['SQL', { cluster: "' OR '1'='1", principal: "'; DROP TABLE audit_events;--", reason: '$1' }],
      [
        'ten megabytes',
        { cluster: 'x'.repeat(1e7), credentialJti: 'x'.repeat(1e7), principal: '🎟'.repeat(5e6) },
      ],
      ['a time that is no number', { fromMs: Number.NaN, untilMs: Number.NaN }],
      ['a time that is past every event', { fromMs: 1e300, untilMs: -1e300 }],
      [
        'endless time, the wrong way',
        { fromMs: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY },
      ],
    ])('a search for %s finds nothing, and is no error', async (_, members) => {
      const stores = await withEveryKind(fresh);
      for (const [member, value] of Object.entries(members)) {
        expect(await find(stores, { filter: { [member]: value } })).toBe('');
      }
    });

    test('words that no event uses, and times without end, are no error either', async () => {
      const stores = await withEveryKind(fresh);
      // What the type forbids arrives from outside all the same.
      for (const filter of [{ kind: 'nonsense' }, { outcome: 'maybe' }, { reason: 'no_such_reason' }]) {
        expect(await find(stores, { filter: filter as AuditFilter })).toBe('');
      }
      for (const filter of [
        { fromMs: Number.NEGATIVE_INFINITY },
        { fromMs: -1e300, untilMs: 1e300 },
        { untilMs: Number.POSITIVE_INFINITY },
      ]) {
        expect(await find(stores, { filter })).toBe(await find(stores, {}));
      }
    });

    test.each([Number.NaN, 1.5, 1e300, -1e300, Number.POSITIVE_INFINITY])(
      'a cursor that no page can have given leads nowhere: %s',
      async (afterId) => {
        const stores = await withEveryKind(fresh);
        for (const order of ['newest', 'oldest'] as const) {
          expect(await find(stores, { order, afterId })).toBe('');
        }
      },
    );

    test('a cursor past either end of the trail gives all of it or nothing', async () => {
      const stores = await withEveryKind(fresh);
      const all = await find(stores, {});
      expect(await find(stores, { afterId: -1 })).toBe(all);
      expect(await find(stores, { afterId: Number.MAX_SAFE_INTEGER })).toBe('');
      expect(await find(stores, { order: 'newest', afterId: 0 })).toBe('');
      expect(await find(stores, { order: 'newest', afterId: Number.MAX_SAFE_INTEGER })).toBe(
        all.split(' ').toReversed().join(' '),
      );
    });

    test.each([
      ['principal', 255],
      ['cluster', 63],
      ['namespace', 63],
      ['serviceAccount', 253],
      ['identitySystem', 63],
    ] as const)(
      'L4: a name that begins like another is not that other, however long: %s',
      async (member, length) => {
        const stores = await fresh();
        const lengths = [length - 1, length, length + 1, 5_000];
        const names = [...lengths.map((units) => 'n'.repeat(units)), `${'n'.repeat(length - 1)}🎟`];
        for (const name of names) await stores.recordExplanation(explanationWith(member, name));
        for (const name of names) expect(await find(stores, { filter: { [member]: name } })).toBe(name);
        expect(await find(stores, { filter: { [member]: 'n'.repeat(length + 2) } })).toBe('');
        expect(await find(stores, { filter: { [member]: `${'n'.repeat(length)}\u{fffd}` } })).toBe('');
      },
    );

    test('what was replaced in an event is found as it was kept', async () => {
      const stores = await fresh();
      const { workload } = sampleExchange('r-1');
      await recordNow(stores, sampleExchange('r-1', { workload: { ...workload, sourceJti: 'a\0b\ud800' } }));
      expect(await find(stores, { filter: { sourceJti: 'a\0b\ud800' } })).toBe('');
      expect(await find(stores, { filter: { sourceJti: 'a\u{fffd}b\u{fffd}' } })).toBe('r-1');
    });
  });
}

/** Events of every kind, a millisecond apart. */
async function withEveryKind(fresh: FreshStores): Promise<Stores> {
  const stores = await fresh();
  const { workload } = sampleExchange('');
  await recordNow(stores, sampleExchange('issued', { atMs: FIRST_MS }));
  await recordNow(
    stores,
    sampleExchange('refused', {
      atMs: FIRST_MS + 1,
      workload: { ...workload, cluster: 'edge' },
      outcome: 'refused',
      reason: 'rule_denied',
      credential: null,
    }),
  );
  await stores.recordExplanation(sampleExplanation('explained', { atMs: FIRST_MS + 2 }));
  await stores.recordExplanation(
    sampleExplanation('unproven', {
      atMs: FIRST_MS + 3,
      asked: 'subjectToken',
      reason: 'token_expired',
      workload: null,
      identitySystem: null,
    }),
  );
  await stores.change(async (transaction) => {
    await transaction.recordChange({ ...sampleChange('created'), atMs: FIRST_MS + 4 });
    const object = keyOf('Cluster', 'edge');
    await transaction.recordChange({
      ...sampleChange('released'),
      atMs: FIRST_MS + 5,
      operation: 'release',
      object,
    });
  });
  await stores.recordRefusals([{ ...sampleRefusals(1), atMs: FIRST_MS + 6, cluster: 'edge' }]);
  const breakGlass = { tokenSha256: 'b'.repeat(64), expiresAtMs: FIRST_MS };
  await stores.resetBreakGlass(breakGlass, sampleAccess({ atMs: FIRST_MS + 7 }));
  return stores;
}

/** One by the request id `name` that has `name` where `member` looks. */
function explanationWith(member: keyof AuditFilter, name: string): ExplainEvent {
  const { workload } = sampleExchange(name);
  return sampleExplanation(
    name,
    member in workload ? { workload: { ...workload, [member]: name } } : { [member]: name },
  );
}

async function find(stores: Stores, given: Partial<AuditQuery>): Promise<string> {
  const events = await stores.listAuditEvents(auditQuery(given));
  return events.map(({ event }) => labelOf(event)).join(' ');
}

function labelOf(event: AuditEvent): string {
  return 'requestId' in event ? event.requestId : event.kind;
}
