import type { IdempotentRequest, JsonValue } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { ABANDONED_MS, KEPT_MS, REMOVED_AT_ONCE } from '../idempotency-terms.ts';
import type { FreshStores } from './open-stores.ts';

const NOW_MS = 1_795_400_000_000;

const request = (given: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
  principal: 'user:dex:7',
  key: 'key-1',
  digest: 'a'.repeat(64),
  ...given,
});

/** IdempotencyStore. */
export function describeIdempotency(fresh: FreshStores): void {
  describe('idempotency keys', () => {
    test('a request is begun once, runs, and is answered with what it was answered with', async () => {
      const stores = await fresh();
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'begun' });
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'running' });
      const answer = { status: 201, body: { name: 'Ünïcode 🎟', list: [1, null, 'x'] } };
      await stores.endRequest(request(), answer, NOW_MS);
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'answered', answer });
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'answered', answer });
    });

    test('an answer comes back to the letter: its members in their order, and any text', async () => {
      const stores = await fresh();
      const bodies: readonly JsonValue[] = [
        null,
        'text',
        [],
        { zebra: 1, a: { long: 2, b: [] } },
        { text: 'a\0b \ud800 "quoted"' },
      ];
      for (const [index, body] of bodies.entries()) {
        const own = request({ key: `key-${index}` });
        await stores.beginRequest(own, NOW_MS);
        await stores.endRequest(own, { status: 200, body }, NOW_MS);
        const state = await stores.beginRequest(own, NOW_MS);
        expect(JSON.stringify(state)).toBe(
          JSON.stringify({ kind: 'answered', answer: { status: 200, body } }),
        );
      }
    });

    test('a key that was used for another request answers neither, running or answered', async () => {
      const stores = await fresh();
      const other = request({ digest: 'b'.repeat(64) });
      await stores.beginRequest(request(), NOW_MS);
      expect(await stores.beginRequest(other, NOW_MS)).toEqual({ kind: 'different' });
      await stores.endRequest(other, { status: 500, body: 'not mine' }, NOW_MS);
      await stores.endRequest(other, null, NOW_MS);
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'running' });
      await stores.endRequest(request(), { status: 200, body: 'mine' }, NOW_MS);
      expect(await stores.beginRequest(other, NOW_MS)).toEqual({ kind: 'different' });
    });

    test("one principal's key is nobody else's: no answer is given to whoever guesses it", async () => {
      const stores = await fresh();
      await stores.beginRequest(request(), NOW_MS);
      await stores.endRequest(request(), { status: 200, body: 'secret' }, NOW_MS);
      const others = [
        { principal: 'user:dex:8' },
        { principal: 'User:dex:7' },
        { key: 'KEY-1' },
        { key: 'key-1 ' },
      ];
      for (const other of others) {
        expect(await stores.beginRequest(request(other), NOW_MS)).toEqual({ kind: 'begun' });
      }
      for (const other of others) {
        expect(await stores.beginRequest(request(other), NOW_MS)).toEqual({ kind: 'running' });
        await stores.endRequest(request(other), null, NOW_MS);
      }
      expect(await stores.beginRequest(request(), NOW_MS)).toMatchObject({ kind: 'answered' });
    });

    test('a key that is given back can be taken again, by another request too', async () => {
      const stores = await fresh();
      await stores.beginRequest(request(), NOW_MS);
      await stores.endRequest(request(), null, NOW_MS);
      expect(await stores.beginRequest(request({ digest: 'b'.repeat(64) }), NOW_MS)).toEqual({
        kind: 'begun',
      });
    });

    test('an answer is final: a late end neither changes it nor gives its key back', async () => {
      const stores = await fresh();
      const answer = { status: 200, body: 'first' };
      await stores.beginRequest(request(), NOW_MS);
      await stores.endRequest(request(), answer, NOW_MS);
      await stores.endRequest(request(), { status: 500, body: 'second' }, NOW_MS);
      await stores.endRequest(request(), null, NOW_MS);
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'answered', answer });
    });

    test('what was never begun cannot be ended', async () => {
      const stores = await fresh();
      await stores.endRequest(request(), { status: 200, body: null }, NOW_MS);
      expect(await stores.beginRequest(request(), NOW_MS)).toEqual({ kind: 'begun' });
    });

    test('a request that died with its process is begun again after a minute, by itself alone', async () => {
      const stores = await fresh();
      const other = request({ digest: 'b'.repeat(64) });
      await stores.beginRequest(request(), NOW_MS);
      const at = NOW_MS + ABANDONED_MS;
      expect(await stores.beginRequest(request(), at - 1)).toEqual({ kind: 'running' });
      expect(await stores.beginRequest(other, at)).toEqual({ kind: 'different' });
      expect(await stores.beginRequest(request(), at)).toEqual({ kind: 'begun' });
      expect(await stores.beginRequest(request(), at + 1)).toEqual({ kind: 'running' });
    });

    test('a request so slow that its key was given away neither answers for the one that has it nor frees it', async () => {
      const stores = await fresh();
      const at = NOW_MS + ABANDONED_MS;
      await stores.beginRequest(request(), NOW_MS);
      expect(await stores.beginRequest(request(), at)).toEqual({ kind: 'begun' });
      await stores.endRequest(request(), { status: 200, body: 'late' }, NOW_MS);
      await stores.endRequest(request(), null, NOW_MS);
      expect(await stores.beginRequest(request(), at)).toEqual({ kind: 'running' });
      const answer = { status: 200, body: 'mine' };
      await stores.endRequest(request(), answer, at);
      expect(await stores.beginRequest(request(), at)).toEqual({ kind: 'answered', answer });
    });

    test('an answer is kept for a day and not longer; then its key is free for anything', async () => {
      const stores = await fresh();
      const answer = { status: 200, body: null };
      const other = request({ digest: 'b'.repeat(64) });
      await stores.beginRequest(request(), NOW_MS);
      await stores.endRequest(request(), answer, NOW_MS);
      const at = NOW_MS + KEPT_MS;
      expect(await stores.beginRequest(request(), at - 1)).toEqual({ kind: 'answered', answer });
      expect(await stores.beginRequest(other, at - 1)).toEqual({ kind: 'different' });
      expect(await stores.beginRequest(other, at)).toEqual({ kind: 'begun' });
      expect(await stores.beginRequest(other, at)).toEqual({ kind: 'running' });
    });

    test('a key past its time is free even while more than one call removes are past theirs', async () => {
      const stores = await fresh();
      const keys = Array.from({ length: REMOVED_AT_ONCE + 5 }, (_, index) => `key-${index}`);
      for (const [index, key] of keys.entries()) await stores.beginRequest(request({ key }), NOW_MS + index);
      const last = request({ key: keys.at(-1) ?? '', digest: 'b'.repeat(64) });
      expect(await stores.beginRequest(last, NOW_MS + keys.length + KEPT_MS)).toEqual({ kind: 'begun' });
    });

    test('a key with text that no database can store is refused: what it would be kept as is another key', async () => {
      const stores = await fresh();
      for (const text of ['\0', '\ud800']) {
        const hostile = stores.beginRequest(request({ key: text }), NOW_MS);
        await expect(hostile).rejects.toMatchObject({ reason: 'internal_error' });
      }
      expect(await stores.beginRequest(request({ key: '\u{fffd}' }), NOW_MS)).toEqual({ kind: 'begun' });
    });

    test('of fifty identical requests at once exactly one is begun', async () => {
      const stores = await fresh();
      for (const nowMs of [NOW_MS, NOW_MS + ABANDONED_MS, NOW_MS + 2 * KEPT_MS]) {
        const states = await Promise.all(
          Array.from({ length: 50 }, () => stores.beginRequest(request(), nowMs)),
        );
        expect(states.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
        expect(states.filter(({ kind }) => kind === 'running')).toHaveLength(49);
      }
    });

    test('of two different requests at once under one key exactly one is begun', async () => {
      const stores = await fresh();
      const digests = ['a'.repeat(64), 'b'.repeat(64)];
      const states = await Promise.all(
        digests.map((digest) => stores.beginRequest(request({ digest }), NOW_MS)),
      );
      expect(states.map(({ kind }) => kind).toSorted()).toEqual(['begun', 'different']);
    });
  });
}
