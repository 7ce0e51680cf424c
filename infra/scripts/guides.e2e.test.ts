import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrokerProcess, ensureCommand, startBroker } from '@symbolon/testkit';
import { type Postgres, startPostgres } from '@symbolon/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoCluster, startStandIn } from './demo/cluster.ts';
import { createNarrator } from './demo/narrator.ts';
import { setUp } from './demo/story.ts';
import { type GuideStep, guideSteps } from './guides/guide-steps.ts';
import { isAsShown } from './guides/is-as-shown.ts';
import { type Building, openBuilding } from './guides/open-building.ts';
import { type Journey, type Room, runSteps, type StepOutcome } from './guides/run-steps.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const GUIDES = join(ROOT, 'docs', 'guides');
const FIRST = 'set-up.md';
/** Begins with nothing but a PostgreSQL, and the other goes on in the same shell. */
const PRODUCTION = ['install-production.md', 'upgrade.md'] as const;

/** The last thing that any reader does: the guides say that this ends the broker. */
const END = endOf('$BROKER');
const PRODUCTION_END = endOf('$ONE $TWO $ADMIN');

const guides = readdirSync(GUIDES).filter((name) => stepsOf(join(GUIDES, name)).length > 0);
const firstSteps = stepsOf(join(GUIDES, FIRST));

let building: Building;
/** Where the first guide was followed to its end; the others begin there. */
let first: Room;
let firstJourney: Journey;
beforeAll(async () => {
  building = await openBuilding();
  first = building.openRoom(FIRST);
  firstJourney = await runSteps([...firstSteps, END], first);
});
afterAll(() => building.close());

function endOf(processes: string): GuideStep {
  const code = `kill ${processes}\nwait ${processes}\n`;
  return { guide: 'the test', line: 0, code, exitCode: 0, shown: null };
}

function stepsOf(file: string): readonly GuideStep[] {
  return guideSteps(file.slice(ROOT.length + 1), readFileSync(file, 'utf8'));
}

/** What a reader would see that the guide does not say. */
function wrongIn({ step, exitCode, output }: StepOutcome): readonly string[] {
  const where = `${step.guide}:${step.line}`;
  if (exitCode === null) return [`${where} did not end as it should:\n${output}`];
  if (exitCode !== step.exitCode) return [`${where} ended with exit code ${exitCode}:\n${output}`];
  if (step.shown === null || isAsShown(output, step.shown)) return [];
  return [`${where} shows:\n${step.shown.text}\nand there was:\n${output}`];
}

function judge({ outcomes, leftSomethingRunning }: Journey): void {
  const unended = outcomes.findIndex(({ exitCode }) => exitCode === null);
  const reached = outcomes.slice(0, unended === -1 ? undefined : unended + 1);
  expect(reached.flatMap(wrongIn)).toEqual([]);
  expect(leftSomethingRunning).toBe(false);
}

test(`${FIRST}: every command, block by block, in an empty folder, gives what it shows`, () => {
  judge(firstJourney);
});

test.each(guides.filter((guide) => ![FIRST, ...PRODUCTION].includes(guide)))(
  `%s: every command, block by block, where ${FIRST} ends, gives what it shows`,
  async (guide) => {
    expect(readFileSync(join(GUIDES, guide), 'utf8')).toContain(`[the first mapping](${FIRST})`);
    const steps = [...firstSteps.slice(0, 1), ...stepsOf(join(GUIDES, guide)), END];
    judge(await runSteps(steps, building.openRoom(guide, { like: first })));
  },
);

describe('on PostgreSQL', () => {
  let postgres: Postgres;
  let journey: Journey;
  beforeAll(async () => {
    const log = (line: string) => console.error(line);
    await ensureCommand('openssl', log);
    await ensureCommand('psql', log, 'postgresql-client');
    // No newer than the oldest pg_dump that there may be, which takes no dump of a newer server.
    postgres = await startPostgres('15');
    const steps = PRODUCTION.flatMap((guide) => stepsOf(join(GUIDES, guide)));
    journey = await runSteps([...steps, PRODUCTION_END], building.openRoom('production', { postgres }));
  });
  afterAll(() => postgres?.stop());

  test.each(PRODUCTION)('%s: every command, block by block, gives what it shows', (name) => {
    const isOfIt = ({ step: { guide } }: StepOutcome) =>
      guide.endsWith(name) || guide === PRODUCTION_END.guide;
    judge({ ...journey, outcomes: journey.outcomes.filter(isOfIt) });
  });
});

test('README.md: every command of its first steps, in an empty folder, gives what it shows, and leaves it empty', async () => {
  const room = building.openRoom('README.md');
  judge(await runSteps(stepsOf(join(ROOT, 'README.md')), room));
  // What is left would be applied with the files of the first guide, by its "apply -f .".
  expect(readdirSync(room.folder)).toEqual([]);
});

test('no shell block of a guide is left out', () => {
  for (const guide of readdirSync(GUIDES)) {
    const text = readFileSync(join(GUIDES, guide), 'utf8');
    const fences = [...text.matchAll(/^ *[`~]{3,}(\w*)(.*)$/gm)].filter((_, index) => index % 2 === 0);
    const others = ['text', 'json', 'yaml', 'js'];
    // What is in a block for Docker is held against the compose file: production-guide.test.ts.
    const isElsewhere = (info: string) => info === ' docker';
    const shells = fences.filter(
      ([, language = '', info = '']) => !others.includes(language) && !isElsewhere(info),
    );
    expect(shells).toHaveLength(stepsOf(join(GUIDES, guide)).length);
  }
});

test('verify.md: its code verifies the credential, which has the claims that it shows', async () => {
  const workload = { namespace: 'payments', serviceAccount: 'api' };
  // Inside the package, so that what the guide imports is found.
  const folder = mkdtempSync(join(import.meta.dirname, 'guide-'));
  let broker: BrokerProcess | undefined;
  let cluster: DemoCluster | undefined;
  try {
    broker = await startBroker();
    cluster = await startStandIn(workload);
    const narrator = { ...createNarrator(), step: () => {}, command: () => {}, answer: () => {} };
    await setUp({ broker, cluster, narrator, workload, withRule: true });
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: await cluster.requestToken(broker.issuer),
      audience: 'myvaultinstance.company.com',
    });
    const answer = await fetch(`${broker.issuer}/token`, { method: 'POST', body });
    const { access_token: credential } = (await answer.json()) as { access_token: string };

    const text = readFileSync(join(GUIDES, 'verify.md'), 'utf8').replaceAll(
      'https://symbolon.example',
      broker.issuer,
    );
    const [code = '', claims = ''] = ['js', 'json'].map(
      (language) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1],
    );
    const script = join(folder, 'verify.mjs');
    const given = `const credential = ${JSON.stringify(credential)};`;
    writeFileSync(script, `${given}\n${code}\nconsole.log(JSON.stringify(payload));\n`);
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const payload = JSON.parse(stdout) as Record<string, unknown>;
    const shown = JSON.parse(claims) as { 'kubernetes.io': { serviceaccount: object } };
    expect(payload).toMatchObject({
      ...shown,
      cluster: 'demo-cluster',
      'kubernetes.io': {
        ...shown['kubernetes.io'],
        serviceaccount: { ...shown['kubernetes.io'].serviceaccount, uid: expect.any(String) },
      },
    });
  } finally {
    await Promise.all([broker?.stop(), cluster?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
});
