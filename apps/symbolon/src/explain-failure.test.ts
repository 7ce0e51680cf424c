import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from './config/load-config.ts';
import { explainFailure } from './explain-failure.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test('every problem of the configuration is a line, and then where to look', () => {
  const error = thrownBy(() =>
    loadConfig({ env: { SYMBOLON_LISTEN: 'x', SYMBOLON_LOG_LEVEL: 'y' }, file: null }),
  );
  const lines = explainFailure(error).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toContain('symbolon config check');
});

test('a data folder in use: who has it and what to do, without the name of a class', () => {
  const held = Object.assign(new Error('the data folder /data is in use by process 7: stop it'), {
    name: 'DataDirHeldError',
  });
  expect(explainFailure(held)).toBe(
    'The data folder /data is in use by process 7: stop it. SYMBOLON_DATA_DIR names the folder.',
  );
});

test('a file that cannot be used is named with its code', () => {
  expect(explainFailure(thrownBy(() => statSync('/nowhere/data')))).toMatch(
    /^\/nowhere\/data cannot be used \(ENOENT\)/,
  );
});

test('an address in use names the settings', () => {
  const error = Object.assign(new Error('listen'), {
    syscall: 'listen',
    code: 'EADDRINUSE',
    address: '::1',
    port: 1,
  });
  expect(explainFailure(error)).toContain('SYMBOLON_LISTEN');
});

test.each([
  Object.assign(new Error('Failed query: insert into t values (secret)'), { name: 'DrizzleQueryError' }),
  Object.assign(new Error('invalid input: secret'), { name: 'error', code: '22P02' }),
  new TypeError('secret is not a function'),
  'secret',
  new Error('refused eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.secret'),
])('A50: what a driver or library says is not shown', (error) => {
  expect(explainFailure(error)).not.toContain('secret');
  expect(explainFailure(error)).not.toContain('    at ');
});
