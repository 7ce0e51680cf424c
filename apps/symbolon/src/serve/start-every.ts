/** Runs `work` every `intervalMs`, never twice at once; what it throws goes to `onError`. Does not hold the process. */
export function startEvery(
  intervalMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): void } {
  let timer: NodeJS.Timeout;
  let isStopped = false;
  const next = () => {
    if (isStopped) return;
    timer = setTimeout(() => void work().catch(onError).finally(next), intervalMs);
    timer.unref();
  };
  next();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
