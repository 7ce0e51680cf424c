import { type Handle, served } from '../answered.ts';

/** The metrics as they are now, in a text format that Prometheus reads. */
export interface ReadMetrics {
  readMetrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export function createMetricsRoute(deps: ReadMetrics): Handle {
  return async () => {
    const { contentType, text } = await deps.readMetrics();
    return served(text, { 'content-type': contentType, 'cache-control': 'no-store' });
  };
}
