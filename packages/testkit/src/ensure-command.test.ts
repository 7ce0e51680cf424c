import { expect, test } from 'vitest';
import { ensureCommand } from './ensure-command.ts';

test('a program that is there is taken as it is', async () => {
  const said: string[] = [];
  await ensureCommand(process.execPath, (line) => said.push(line));
  expect(said).toEqual([]);
});
