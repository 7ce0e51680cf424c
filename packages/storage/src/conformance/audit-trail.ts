import type { AuditEvent, ReadAuditEvents } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { FreshStores } from './open-stores.ts';
import { recordNow } from './record-exchange.ts';
import {
  auditQuery,
  sampleChange,
  sampleCluster,
  sampleExchange,
  sampleExplanation,
  sampleRefusals,
} from './samples.ts';

/** RecordExchange, RecordRefusals, RecordExplanation, recordChange, ReadAuditEvents but for its filters. */
export function describeAuditTrail(fresh: FreshStores): void {
  describe('audit trail', () => {
    test('an event comes back exactly as it was recorded, of whichever kind', async () => {
      const stores = await fresh();
      const issued = await recordNow(
        stores,
        sampleExchange('r-1', { clientId: 'a "client" of o\'brien 🎟', rule: null }),
      );
      const refused = await recordNow(
        stores,
        sampleExchange('r-2', { outcome: 'refused', reason: 'rule_denied', credential: null }),
      );
      await stores.change((transaction) => transaction.recordChange(sampleChange('r-3')));
      await stores.recordRefusals([sampleRefusals(1), { ...sampleRefusals(2), cluster: 'production' }]);
      await stores.recordExplanation(sampleExplanation('r-4'));
      expect(await recorded(stores)).toEqual([
        issued,
        refused,
        sampleChange('r-3'),
        sampleRefusals(1),
        { ...sampleRefusals(2), cluster: 'production' },
        sampleExplanation('r-4'),
      ]);
    });

    test('pages follow each other by id in either order, and none is given twice or left out', async () => {
      const stores = await fresh();
      for (const requestId of ['1', '2', '3', '4', '5']) await recordNow(stores, sampleExchange(requestId));
      const pages = async (order: 'newest' | 'oldest') => {
        const ids: (string | null)[][] = [];
        let afterId: number | null = null;
        for (let page = 0; page < 4; page += 1) {
          const events = await stores.listAuditEvents(auditQuery({ order, afterId, limit: 2 }));
          ids.push(events.map(({ event }) => requestIdOf(event)));
          afterId = events.at(-1)?.id ?? afterId;
        }
        return ids;
      };
      expect(await pages('oldest')).toEqual([['1', '2'], ['3', '4'], ['5'], []]);
      expect(await pages('newest')).toEqual([['5', '4'], ['3', '2'], ['1'], []]);
    });

    test('every exchange recorded at once is there, in the order of the calls', async () => {
      const stores = await fresh();
      const requestIds = Array.from({ length: 2_500 }, (_, index) => `r-${index}`);
      const epoch = await stores.readEpoch();
      await Promise.all(
        requestIds.map((requestId) => stores.recordExchange(sampleExchange(requestId, { epoch }))),
      );
      expect((await recorded(stores)).map(requestIdOf)).toEqual(requestIds);
    });

    test('the event of a change stands between those that were durable before it and after it', async () => {
      const stores = await fresh();
      await recordNow(stores, sampleExchange('before'));
      await stores.change(async (transaction) => {
        await transaction.write(sampleCluster('production'));
        await transaction.recordChange(sampleChange('change'));
      });
      await recordNow(stores, sampleExchange('after'));
      expect((await recorded(stores)).map(requestIdOf)).toEqual(['before', 'change', 'after']);
    });

    test.each([
      ['U+0000', '\0', '\u{fffd}'],
      ['half a surrogate pair', '\udfff', '\u{fffd}'],
      ['a jti of a megabyte', 'j'.repeat(1_000_000), 'j'.repeat(1_000_000)],
      ['a name of random text, too long for an index', randomText(20_000), null],
    ])('no token can make its own event fail, nor those recorded with it: %s', async (_, text, kept) => {
      const stores = await fresh();
      const epoch = await stores.readEpoch();
      const { workload, credential } = sampleExchange('hostile');
      const hostile = (value: string) =>
        sampleExchange(value, {
          epoch,
          workload: {
            ...workload,
            cluster: value,
            namespace: value,
            serviceAccount: value,
            sourceJti: value,
          },
          requested: {
            audiences: [value],
            unknownAudiences: 0,
            scopes: [value],
            unknownScopes: 0,
            tokenType: null,
          },
          identitySystem: value,
          credential: credential && { ...credential, jti: value, subject: value },
        });
      await Promise.all([
        stores.recordExchange(sampleExchange('1', { epoch })),
        stores.recordExchange(hostile(text)),
        stores.recordExchange(sampleExchange('2', { epoch })),
      ]);
      expect(await recorded(stores)).toEqual([
        sampleExchange('1', { epoch }),
        hostile(kept ?? text),
        sampleExchange('2', { epoch }),
      ]);
    });

    test('what is recorded later changes nothing that was read before', async () => {
      const stores = await fresh();
      await stores.recordRefusals([]);
      const event = { ...sampleRefusals(1) };
      await stores.recordRefusals([event]);
      Object.assign(event, { count: 99 });
      expect(await recorded(stores)).toEqual([sampleRefusals(1)]);
    });
  });
}

async function recorded(stores: ReadAuditEvents): Promise<readonly AuditEvent[]> {
  return (await stores.listAuditEvents(auditQuery())).map(({ event }) => event);
}

function requestIdOf(event: AuditEvent): string | null {
  return 'requestId' in event ? event.requestId : null;
}

/** Text that does not compress: a long value that does would slip into an index. */
function randomText(length: number): string {
  let state = 42;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return String.fromCharCode(0x4e00 + ((state >> 8) % 20_000));
  }).join('');
}
