import type { IdempotencyStore, IdempotentRequest, KeptAnswer } from '@symbolon/core';
import { ABANDONED_MS, KEPT_MS, REMOVED_AT_ONCE } from '../idempotency-terms.ts';
import { assertStorable } from '../storable-text.ts';

interface Begun {
  readonly digest: string;
  readonly begunAtMs: number;
  /** Null while the request runs. */
  readonly answer: KeptAnswer | null;
}

export function createMemoryIdempotency(): IdempotencyStore {
  const byKey = new Map<string, Begun>();
  const idOf = ({ principal, key }: IdempotentRequest) => JSON.stringify([principal, key]);

  function removeOld(nowMs: number): void {
    const old = [...byKey].filter(([, { begunAtMs }]) => begunAtMs <= nowMs - KEPT_MS);
    for (const [id] of old.slice(0, REMOVED_AT_ONCE)) byKey.delete(id);
  }

  return {
    async beginRequest(request, nowMs) {
      assertStorable(request);
      removeOld(nowMs);
      const before = byKey.get(idOf(request));
      if (before === undefined || isFree(before, { request, nowMs })) {
        byKey.set(idOf(request), { digest: request.digest, begunAtMs: nowMs, answer: null });
        return { kind: 'begun' };
      }
      if (before.digest !== request.digest) return { kind: 'different' };
      return before.answer === null ? { kind: 'running' } : { kind: 'answered', answer: before.answer };
    },
    async endRequest(request, answer, begunAtMs) {
      const begun = byKey.get(idOf(request));
      if (begun?.digest !== request.digest || begun.answer !== null) return;
      if (begun.begunAtMs !== begunAtMs) return;
      if (answer === null) byKey.delete(idOf(request));
      else byKey.set(idOf(request), { ...begun, answer: structuredClone(answer) });
    },
  };
}

function isFree(
  { digest, begunAtMs, answer }: Begun,
  { request, nowMs }: { readonly request: IdempotentRequest; readonly nowMs: number },
): boolean {
  if (begunAtMs <= nowMs - KEPT_MS) return true;
  return answer === null && digest === request.digest && begunAtMs <= nowMs - ABANDONED_MS;
}
