import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCli } from '../cli/test-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'symbolon-completion-'));
const cli = createTestCli({ cwd: folder });
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const scriptOf = (shell: string) => join(cli.folder, `symbolon.${shell}`);

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(scriptOf(shell), (await cli.run('completion', shell)).stdout);
  }
});

/** What bash offers at TAB behind these words; the last is the one under the cursor. */
function completions(...words: readonly string[]): readonly string[] {
  const script =
    'source "$1"; shift; COMP_WORDS=(symbolon "$@"); COMP_CWORD=$#; _symbolon; declare -p COMPREPLY';
  const output = execFileSync('bash', ['--norc', '-c', script, 'bash', scriptOf('bash'), ...words], {
    encoding: 'utf8',
    cwd: cli.folder,
  });
  return [...output.matchAll(/\[\d+\]="([^"]*)"/g)].map(([, word = '']) => word);
}

test.each([
  [['re'], ['release', 'revoke']],
  [
    ['revoke', ''],
    ['list', 'undo'],
  ],
  [['revoke', 'list', '--out'], ['--output']],
  [['revoke', 'list', '--reas'], []],
  [['get', 'ru'], ['rules']],
  [
    ['get', 'rules', '-o', ''],
    ['table', 'json', 'yaml'],
  ],
  [['get', 'rules', '--sy'], ['--system']],
  [['--server', 'https://a', 'whoami', '--con'], ['--context']],
  [['completion', 'z'], ['zsh']],
  [['apply', '-f', ''], []],
  [['explain', '--requested-token-type', 'i'], ['id_token']],
])('bash completes %j with %j', (words, expected) => {
  expect(completions(...words)).toEqual(expected);
});

test('pressing TAB evaluates nothing that was typed', () => {
  for (const word of ['$(touch pwned)', '`touch pwned`', '";touch pwned;"', "';touch pwned;'", '*']) {
    completions('get', word, '');
    completions('get', word);
    completions(word, '');
  }
  expect(existsSync(join(cli.folder, 'pwned'))).toBe(false);
});

test.each([
  ['bash', ['--norc', '-n']],
  ['zsh', ['-f', '-n']],
  ['fish', ['--no-config', '--no-execute']],
])('%s, where it is installed, reads its script without a complaint', (shell, args) => {
  const { error, status, stderr } = spawnSync(shell, [...args, scriptOf(shell)], { encoding: 'utf8' });
  const isInstalled = (error as { code?: string } | undefined)?.code !== 'ENOENT';
  expect(isInstalled ? [status, stderr] : [0, '']).toEqual([0, '']);
});
