import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import type { Finding } from './finding.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

function doctor(env: Record<string, string>) {
  const run = spawnSync(process.execPath, [MAIN, 'doctor', '-o', 'json'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status: run.status, findings: (JSON.parse(run.stdout) as { findings: Finding[] }).findings };
}

test('a broker as it starts by itself is well, is not disturbed, and is missed once it has stopped', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'symbolon-doctor-'));
  const broker = await startBroker({ dataDir, deployment: 'embedded' });
  const env = {
    SYMBOLON_DATA_DIR: dataDir,
    SYMBOLON_LISTEN: new URL(broker.issuer).host,
    SYMBOLON_SERVER: broker.admin,
  };
  const running = doctor(env);
  expect(running.findings.filter(({ status }) => status === 'problem')).toEqual([]);
  expect(running.status).toBe(0);
  expect(running.findings.map(({ what }) => what)).toContain(`process ${broker.pid} has the data folder`);
  expect((await fetch(`${broker.issuer}/readyz`)).status).toBe(200);
  await broker.stop();

  const stopped = doctor({ SYMBOLON_DATA_DIR: dataDir, SYMBOLON_LISTEN: env.SYMBOLON_LISTEN });
  expect(stopped.status).toBe(0);
  expect(stopped.findings.map(({ what }) => what)).toContain('no process has the data folder');
  expect(stopped.findings.at(-1)).toMatchObject({ status: 'unchecked', area: 'reachability' });
  rmSync(dataDir, { recursive: true, force: true });
});
