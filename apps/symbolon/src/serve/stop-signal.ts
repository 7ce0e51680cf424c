const SAME_SIGNAL_MS = 500;

/**
 * Resolves with the first SIGTERM or SIGINT. A later one ends the process at once; one that comes with the first is the
 * same Ctrl-C, passed on by the parent process as well.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAtMs: number | null = null;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        firstAtMs ??= Date.now();
        if (Date.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(1);
        resolve(signal);
      });
    }
  });
}
