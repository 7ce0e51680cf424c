import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCommand } from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCli } from '../cli/test-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'symbolon-completion-'));
const cli = createTestCli({ cwd: folder });
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const scriptOf = (shell: string) => join(cli.folder, `symbolon.${shell}`);

beforeAll(async () => {
  for (const shell of ['zsh', 'fish'])
    await ensureCommand(shell, (line) => process.stderr.write(`${line}\n`));
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
  [
    ['audit', 'list', '--outcome', ''],
    ['issued', 'refused'],
  ],
  [
    ['audit', 'list', '--kind', 'ex'],
    ['exchange', 'explain'],
  ],
  // Where a name belongs, nothing is offered.
  [['get', 'cluster', ''], []],
  [['get', 'cluster', 'prod', '--out'], ['--output']],
  [['get', '-o', 'json', 'cluster', ''], []],
  [['get', '-o', 'json', 'ru'], ['rules']],
  [['get', '--server', 'https', ':', '//a', 'ru'], ['rules']],
  [['get', '--output', '=', 'json', 'ru'], ['rules']],
  [['delete', 'rule', ''], []],
  [['release', 'system', ''], []],
  [['revoke', '--reason', 'list', 'un'], ['undo']],
])('bash completes %j with %j', (words, expected) => {
  expect(completions(...words)).toEqual(expected);
});

test.each([
  [['get', 'cluster', ''], false],
  [['revoke', 'undo', ''], false],
  [['get', 'cluster', '--system', ''], false],
  [['apply', '-f', ''], true],
  [['whoami', '--token-file', ''], true],
])('behind %j bash falls back to names of files: %j', (words, isFile) => {
  const script =
    'isFile=true; compopt() { [ "$*" = "+o default" ] && isFile=false; }; source "$1"; shift; COMP_WORDS=(symbolon "$@"); COMP_CWORD=$#; _symbolon; echo "$isFile"';
  const output = execFileSync('bash', ['--norc', '-c', script, 'bash', scriptOf('bash'), ...words], {
    encoding: 'utf8',
    cwd: cli.folder,
  });
  expect(output).toBe(`${isFile}\n`);
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
  ['symbolon re', ['release', 'revoke']],
  ['symbolon get ru', ['rules']],
  ['symbolon get rules -o ', ['json', 'table', 'yaml']],
  ['symbolon revoke list --out', ['--output']],
  ['symbolon get cluster ', ['']],
  ['symbolon get -o json ru', ['rules']],
  ['symbolon get -o json cluster ', ['']],
  ['symbolon revoke undo ', ['']],
  ['symbolon audit list --outcome ', ['issued', 'refused']],
  ['symbolon apply -f symbolon.z', ['symbolon.zsh']],
])('fish completes %j with %j', (line, expected) => {
  const code = 'source $argv[1]; complete -C $argv[2]';
  const output = execFileSync('fish', ['--no-config', '-c', code, scriptOf('fish'), line], {
    encoding: 'utf8',
    cwd: cli.folder,
  });
  const words = output
    .trim()
    .split('\n')
    .map((found) => found.split('\t')[0]);
  expect(words).toEqual(expected);
});

test('zsh offers a kind first, and nothing where a name belongs', async () => {
  const { stdout } = await cli.run('completion', 'zsh');
  expect(stdout).not.toContain("'*: :_files'");
  const get = stdout.slice(stdout.indexOf('_symbolon_get() {'), stdout.indexOf('_symbolon_apply() {'));
  expect(get).toMatch(/'1: :\(clusters [a-z -]+\)' \\\n {4}'\*: :'\n/);
});

test('zsh loads its script as the completion of symbolon', () => {
  const code =
    'autoload -Uz compinit && compinit -D -u; source "$1"; print -r -- $_comps[symbolon] $+functions[_symbolon_revoke]';
  const output = execFileSync('zsh', ['-f', '-c', code, 'zsh', scriptOf('zsh')], { encoding: 'utf8' });
  expect(output.trim()).toBe('_symbolon 1');
});
