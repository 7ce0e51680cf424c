import { expect, test } from 'vitest';
import { renderTable } from './table.ts';

test('a table of more rows than a call takes arguments is shown whole', () => {
  const rows = Array.from({ length: 150_000 }, (_, index) => [`rule-${index}`, 'allow']);
  const lines = renderTable(['name', 'effect'], rows).split('\n');
  expect(lines).toHaveLength(150_002);
  expect(lines.at(-2)).toBe('rule-149999  allow');
});
