import type { Epoch, ExchangeEvent } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { Stores } from '../stores.ts';
import type { FreshStores } from './open-stores.ts';
import { auditQuery, keyOf, sampleCluster, sampleExchange } from './samples.ts';

/** RecordExchange where the audit trail is durable: under the epoch that decided, or not at all. */
export function describeExchangesAtEpoch(fresh: FreshStores): void {
  describe('exchanges and the epoch', () => {
    test('A62: an exchange decided before a change that was acknowledged is not recorded, and learns the newer epoch', async () => {
      const stores = await fresh();
      const before = await stores.readEpoch();
      const after = await moveEpoch(stores, 'a');
      expect(await stores.recordExchange(sampleExchange('old', { epoch: before }))).toEqual({
        kind: 'overtaken',
        epoch: after,
      });
      expect(await recorded(stores)).toEqual([]);
      expect(await stores.recordExchange(sampleExchange('new', { epoch: after }))).toEqual({
        kind: 'recorded',
      });
      expect((await recorded(stores)).map(({ requestId }) => requestId)).toEqual(['new']);
    });

    test('A62: neither half of the pair is enough: a number used again after a failover has another id', async () => {
      const stores = await fresh();
      const epoch = await moveEpoch(stores, 'a');
      const others: readonly Epoch[] = [
        { ...epoch, id: 'of-a-history-that-was-cut-off' },
        { ...epoch, number: epoch.number - 1 },
        { ...epoch, number: epoch.number + 1 },
        { number: 0, id: '' },
      ];
      for (const other of others) {
        const outcome = await stores.recordExchange(sampleExchange('r', { epoch: other }));
        expect(outcome).toEqual({ kind: 'overtaken', epoch });
      }
      expect(await recorded(stores)).toEqual([]);
    });

    test('of exchanges that are recorded at once, each is judged by the epoch that it names', async () => {
      const stores = await fresh();
      const first = await stores.readEpoch();
      const second = await moveEpoch(stores, 'a');
      const outcomes = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          stores.recordExchange(sampleExchange(`${index}`, { epoch: index % 3 === 0 ? second : first })),
        ),
      );
      outcomes.forEach((outcome, index) => {
        expect(outcome).toEqual(
          index % 3 === 0 ? { kind: 'recorded' } : { kind: 'overtaken', epoch: second },
        );
      });
      expect((await recorded(stores)).every(({ epoch }) => epoch.id === second.id)).toBe(true);
      expect(await recorded(stores)).toHaveLength(100);
    });

    test('a change that fails overtakes nothing', async () => {
      const stores = await fresh();
      const epoch = await stores.readEpoch();
      const failing = stores.change(async (transaction) => {
        await transaction.write(sampleCluster('never'));
        throw new Error('412');
      });
      await failing.catch(() => {});
      expect(await stores.recordExchange(sampleExchange('r', { epoch }))).toEqual({ kind: 'recorded' });
    });

    test('A62: no exchange requested after a change was acknowledged is recorded under what was before it', async () => {
      const stores = await fresh();
      await moveEpoch(stores, 'first');
      let acknowledged = (await stores.readEpoch()).number;
      let writers = 4;
      const write = async (writer: number) => {
        for (let round = 0; round < 8; round += 1) {
          const epoch = await moveEpoch(stores, `w-${writer}`);
          acknowledged = Math.max(acknowledged, epoch.number);
        }
        writers -= 1;
      };
      const seen: {
        readonly requestId: string;
        readonly acknowledged: number;
        readonly isRecorded: boolean;
      }[] = [];
      const exchange = async (client: number) => {
        let epoch = await stores.readEpoch();
        let isRecorded = false;
        for (let round = 0; writers > 0 || !isRecorded; round += 1) {
          const requestId = `${client}-${round}`;
          const requestedAfter = acknowledged;
          const outcome = await stores.recordExchange(sampleExchange(requestId, { epoch }));
          isRecorded = outcome.kind === 'recorded';
          seen.push({ requestId, acknowledged: requestedAfter, isRecorded });
          if (outcome.kind === 'overtaken') ({ epoch } = outcome);
        }
      };
      await Promise.all([
        ...Array.from({ length: 4 }, (_, writer) => write(writer)),
        ...Array.from({ length: 12 }, (_, client) => exchange(client)),
      ]);
      const stored = new Map((await recorded(stores)).map((event) => [event.requestId, event.epoch.number]));
      for (const { requestId, acknowledged: least, isRecorded } of seen) {
        expect(stored.has(requestId)).toBe(isRecorded);
        expect(stored.get(requestId) ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(least);
      }
      expect(stored.size).toBeGreaterThanOrEqual(12);
    });

    test('nothing waits where everything was answered', async () => {
      const stores = await fresh();
      const epoch = await stores.readEpoch();
      const recording = stores.recordExchange(sampleExchange('r', { epoch }));
      expect(stores.auditQueue().waiting).toBeLessThanOrEqual(1);
      await recording;
      await stores.readEpoch();
      expect(stores.auditQueue()).toEqual({ waiting: 0, oldestMs: 0 });
    });
  });
}

function moveEpoch(stores: Stores, cluster: string): Promise<Epoch> {
  return stores.change(async (transaction) => {
    const there = await transaction.read(keyOf('Cluster', cluster));
    if (there === null) await transaction.write(sampleCluster(cluster));
    else await transaction.delete(there.key);
    return transaction.nextEpoch;
  });
}

async function recorded(stores: Stores): Promise<readonly ExchangeEvent[]> {
  const events = await stores.listAuditEvents(auditQuery({ filter: { kind: 'exchange' } }));
  return events.flatMap(({ event }) => (event.kind === 'exchange' ? [event] : []));
}
