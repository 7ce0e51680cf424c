import { type Finding, finding, ok } from './finding.ts';

const RELEASED_MS = Date.UTC(2026, 10, 1);
const FAR_FUTURE_MS = Date.UTC(2100, 0, 1);
/** A cluster's `clockSkewSeconds` without one given: tokens are refused beyond it. */
const TOO_FAR_MS = 30_000;
const FAR_MS = 5_000;

const FIX = 'let the machine keep its time by NTP (timedatectl, chronyc tracking)';

/** Whether this machine's clock can be right at all. */
export function checkOwnClock(nowMs: number): Finding {
  const now = new Date(nowMs).toISOString();
  if (nowMs >= RELEASED_MS && nowMs < FAR_FUTURE_MS)
    return ok('clock', `this machine says that it is ${now}`);
  return finding('problem', 'clock', [`this machine says that it is ${now}, which cannot be`, FIX]);
}

/** Compares with the `Date` of an answer that came between the two times; it has whole seconds. */
export function compareClock(
  date: string | undefined,
  { askedAtMs, answeredAtMs }: { readonly askedAtMs: number; readonly answeredAtMs: number },
): Finding {
  const theirsMs = Date.parse(date ?? '');
  if (Number.isNaN(theirsMs))
    return finding('unchecked', 'clock', [
      'the gateway does not say what time it is',
      'compare the clocks by hand',
    ]);
  const behindMs = askedAtMs - (theirsMs + 1_000);
  const aheadMs = theirsMs - answeredAtMs;
  const apartMs = Math.max(0, behindMs, aheadMs);
  const what = `the clocks of the gateway and of this machine are ${Math.round(apartMs / 1000)} s apart`;
  if (apartMs > TOO_FAR_MS) return finding('problem', 'clock', [what, FIX]);
  return apartMs > FAR_MS ? finding('warning', 'clock', [what, FIX]) : ok('clock', what);
}
