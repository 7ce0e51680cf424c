import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const LOG = join(import.meta.dirname, 'log.ts');

/** The lines of a process that logs and then ends as `code` has it. */
function linesOf(code: string, level = 'info'): Record<string, unknown>[] {
  const program = `
    import { createLog } from ${JSON.stringify(LOG)};
    const log = createLog(${JSON.stringify(level)}, { worker: 3 });
    const served = log.frequent('request', { server: 'gateway' });
    ${code}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const served = `for (let at = 0; at < 1000; at++) served({ at, text: 'a "quoted"\\n\u2028 line', none: null });`;

test.each([
  ['by itself', ''],
  ['by process.exit', 'process.exit(3);'],
  ['by an error that nobody caught', `throw new Error('crash');`],
  ['by a promise that nobody handled', `Promise.reject(new Error('crash'));`],
])('A51: no request line is lost where the process ends %s', (_, end) => {
  const lines = linesOf(`${served}\n${end}`);
  expect(lines.map(({ at }) => at)).toEqual(Array.from({ length: 1000 }, (_, at) => at));
});

test('a frequent event is a line like every other, with its time, service and common fields', () => {
  const [frequent, other] = linesOf(
    `served({ a: 1, b: null, c: 'x' }); log.info({ server: 'gateway', a: 1, b: null, c: 'x' }, 'request');`,
  );
  expect(frequent).toMatchObject({
    level: 30,
    service: 'symbolon',
    worker: 3,
    server: 'gateway',
    msg: 'request',
  });
  expect({ ...frequent, time: '' }).toEqual({ ...other, time: '' });
  expect(String(frequent?.time)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('lines keep their order, whichever way they were written', () => {
  const lines = linesOf(
    `served({ at: 1 }); log.error({ at: 2 }, 'fault'); served({ at: 3 }); log.info({ at: 4 }, 'stopped');`,
  );
  expect(lines.map(({ at }) => at)).toEqual([1, 2, 3, 4]);
});

test('above its level a frequent event is not written', () => {
  expect(linesOf(`${served}\nlog.warn({}, 'warned');`, 'warn').map(({ msg }) => msg)).toEqual(['warned']);
});

test('what is written meanwhile shows within 100 ms or so, not only when there is enough of it', () => {
  const lines = linesOf(`
    served({ at: 1 });
    const { stdout } = process;
    setTimeout(() => { process.kill(process.pid, 'SIGKILL'); }, 1000);`);
  expect(lines).toMatchObject([{ at: 1 }]);
});
