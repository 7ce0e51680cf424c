import { expect, test } from 'vitest';
import { withProbes } from './with-probes.ts';

test('the admin API answers the two probes, and neither metrics nor anything near them', async () => {
  const { admin } = withProbes({
    admin: () => new Response('admin'),
    metrics: () => new Response('probes'),
  });
  const answerer = async (path: string) =>
    (await admin?.(new Request(`http://127.0.0.1:8081${path}`)))?.text();
  for (const path of ['/livez', '/readyz', '/readyz?verbose']) expect(await answerer(path)).toBe('probes');
  for (const path of ['/metrics', '/', '/admin/v1/whoami', '/readyz/', '/livez/x', '/LIVEZ', '//livez'])
    expect(await answerer(path)).toBe('admin');
});

test('a broker without an admin API gets none by it', () => {
  const handlers = { metrics: () => new Response('probes') };
  expect(withProbes(handlers)).toBe(handlers);
});
