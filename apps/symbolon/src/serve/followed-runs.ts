export interface FollowedRuns {
  /** Resolves or rejects with a run of the work that began after this call. */
  runAnew(): Promise<void>;
}

/**
 * Runs a piece of work one run at a time. A run that goes on already may have begun before what its caller wants seen:
 * then one more follows it, for all who called meanwhile.
 */
export function createFollowedRuns(work: () => Promise<void>): FollowedRuns {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function runAnew(): Promise<void> {
    if (running === null) {
      running = work().finally(() => {
        running = null;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return runAnew();
      });
    return next;
  }

  return { runAnew };
}
