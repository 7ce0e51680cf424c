import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../cli/create-program.ts';
import { createTestCli } from '../cli/test-support.ts';

const PROGRAM = createProgram({ stdout: { columns: 80 }, stderr: { columns: 80 } } as never);

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

test.each(['bash', 'zsh', 'fish'])(
  'the script for %s knows every command and every option',
  async (shell) => {
    const { exitCode, stdout } = await createTestCli().run('completion', shell);
    expect(exitCode).toBe(0);
    for (const command of everyCommand(PROGRAM)) {
      if (command !== PROGRAM) expect(stdout).toContain(command.name());
      for (const { long } of command.options) {
        expect(stdout).toContain(shell === 'fish' ? `-l ${long?.slice(2)} ` : long);
      }
    }
  },
);

test('another shell is refused with those that there are', async () => {
  expect(await createTestCli().run('completion', 'tcsh')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('error: there is no script for tcsh\n  Give bash, zsh or fish.'),
  });
});

test('words of ours that a shell would read as something else are quoted', async () => {
  const { stdout } = await createTestCli().run('completion', 'zsh');
  expect(stdout).toContain("PEM certificates that the server'\\''s must lead to");
  expect(stdout).toContain('http\\://127.0.0.1\\:8081');
});
