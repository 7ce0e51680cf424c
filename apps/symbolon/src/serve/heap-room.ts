import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const ROOM_BYTES = 128 * 1024 * 1024;
/** V8 grows a heap by less than this only where memory is short. */
const LEAST_PERCENT = 30;

/**
 * How much a heap of which so much is in use may grow, in percent, before the whole of it is collected; 0: as V8 itself
 * sees fit, which for a large one is more than the room that we give.
 */
export function growingPercent(usedBytes: number): number {
  const percent = Math.floor((100 * ROOM_BYTES) / usedBytes);
  return percent < LEAST_PERCENT ? 0 : percent;
}

/**
 * Lets a small heap grow by 128 MiB before all of it is collected. V8 would do so after some 8 MiB, which under load is
 * every second or two, and each time for a tenth of a second takes from requests half of the core they run on. Looks
 * again after each such collection, since what is in use then is what a policy needs.
 */
export function leaveHeapRoom(): void {
  const adapt = () =>
    setFlagsFromString(`--heap-growing-percent=${growingPercent(getHeapStatistics().used_heap_size)}`);
  adapt();
  new PerformanceObserver((list) => {
    if (list.getEntries().some(isOfWholeHeap)) adapt();
  }).observe({ entryTypes: ['gc'] });
}

function isOfWholeHeap(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail: { readonly kind: number } };
  return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
