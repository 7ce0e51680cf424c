import { expect, test } from 'vitest';
import { helpText, readOptions } from './options.ts';
import { ROWS } from './rows/index.ts';

const namesOf = (...args: string[]) => {
  const read = readOptions(args, ROWS);
  return read.kind === 'run' ? read.options.rows.map(({ name }) => name) : read;
};

test('runs every row but the slow ones, those too with --all, and the floor with whatever is asked for', () => {
  expect(namesOf()).toEqual(ROWS.filter(({ isSlow = false }) => !isSlow).map(({ name }) => name));
  expect(namesOf('--all')).toEqual(ROWS.map(({ name }) => name));
  expect(namesOf('--only', 'warm')).toEqual(['floor', 'warm']);
  expect(namesOf('--only', 'junk,warm', '--only', 'warm-durable-1m-rules')).toEqual([
    'floor',
    'warm',
    'warm-durable-1m-rules',
    'junk',
  ]);
});

test('has the rows that are asked for by name elsewhere, each once', () => {
  const names = ROWS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['floor', 'warm', 'warm-durable', 'cold-durable', 'warm-durable-100k-rules']),
  );
});

test.each([
  [['--only', 'warmth'], 'There is no row "warmth": take some of floor, '],
  [['--seconds', 'ten'], '--seconds takes a number from 0.5 to 600.'],
  [['--seconds', '0'], '--seconds takes a number from 0.5 to 600.'],
  [['--fast'], "Unknown option '--fast'."],
  [['--json'], "Option '--json <value>' argument missing."],
  [['floor'], "Unexpected argument 'floor'."],
])('%j is refused in one line', (args, line) => {
  const read = readOptions(args, ROWS);
  expect(read.kind).toBe('problem');
  if (read.kind === 'problem') expect(read.problem).toMatch(line.slice(0, 30));
});

test('--help names every row and every option, with examples', () => {
  expect(readOptions(['--help'], ROWS)).toEqual({ kind: 'help' });
  const help = helpText(ROWS);
  for (const { name, what } of ROWS)
    expect(help).toMatch(new RegExp(`^  ${name} +${RegExp.escape(what)}`, 'm'));
  for (const option of ['only', 'all', 'seconds', 'json', 'profile', 'entry'])
    expect(help).toContain(`--${option}`);
  expect(help).toContain('npm run bench -- --only floor');
});
