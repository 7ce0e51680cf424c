import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bounds, type Heard, lagOf, onlyAnswerTo, violationsOf } from './judge-live.ts';
import { keepLaggingStandby } from './lagging-standby.ts';
import { randomTurns, type Turn } from './live-changes.ts';
import { ask, startLiveClients } from './live-clients.ts';
import { type LiveGround, openLiveGround } from './live-ground.ts';
import type { Change } from './live-operator.ts';
import { printFollowing } from './print-following.ts';

/*
 * Two replicas, each with callers of its own, while a third process changes the configuration. What every caller was
 * told is compared with a model of the configuration, by the callers' clock: whoever asks after a change was
 * acknowledged is answered by it.
 */

const POLL_MS = 250;
/** Within which a change that nobody tells of is known. */
const STATED_MS = 500;
/** Every announcement of a change has one. */
const UUID_BYTES = 36;
/** For a machine that does other things too; no bound of ours is meant to be missed by so much. */
const MARGIN_MS = 2_000;
/** With durable audit nothing is late but the refusals that need no record. */
const DURABLE: Bounds = { lagMs: 0, unprovenLagMs: POLL_MS + MARGIN_MS };
const RELAXED: Bounds = { lagMs: POLL_MS + MARGIN_MS, unprovenLagMs: POLL_MS + MARGIN_MS };
/** For whom changes came faster, three times, than what followed them could be recorded. */
const OVERTAKEN = '503 policy_unavailable';

let ground: LiveGround;
beforeAll(async () => {
  ground = await openLiveGround();
});
afterAll(() => ground?.stop());

/** Turns of those switches alone whose path has one of these parts. */
function turnsOf(...parts: readonly string[]): readonly Turn[] {
  const { switches } = ground.world;
  return randomTurns(
    switches.filter(({ path }) => parts.some((part) => path.includes(part))),
    1,
  );
}

/** By any admin API or the one given. A replica that made a change itself knows of it before anybody else. */
async function turnAll(turns: readonly Turn[], by?: { readonly admin: string }): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const { path, word } of turns) {
    changes.push(await ground.operator.turn(path, word, by));
    await delay(20 + Math.random() * 100);
  }
  return changes;
}

/** What clients of both gateways heard while something was done. */
async function hearDuring(act: () => Promise<void>): Promise<readonly Heard[]> {
  const clients = startLiveClients(ground.gateways(), ground.world.questions);
  await delay(200);
  await act();
  await delay(200);
  return clients.stop();
}

function expectFollowed(heard: readonly Heard[], bounds: Bounds): void {
  const eras = ground.operator.eras();
  const answered = heard.filter(({ answer }) => answer !== OVERTAKEN);
  expect(answered.length, 'answered').toBeGreaterThan(heard.length * 0.99);
  const wrong = violationsOf(answered, eras, bounds).map((one) => ({
    ...one,
    question: { ...one.question, subjectToken: '' },
    lagMs: lagOf(one, eras),
    only: onlyAnswerTo(one, eras),
  }));
  expect(wrong).toEqual([]);
}

/** The questions of all callers, put to one gateway at once. */
function askAll(replica: string, url: string): Promise<readonly Heard[]> {
  return Promise.all(ground.world.questions.map((question) => ask({ replica, url }, question)));
}

test('A62, A32, L14: no exchange requested after a change of any sort was acknowledged follows the old policy, on any replica', async () => {
  const sinceMs = Date.now();
  let changes: readonly Change[] = [];
  const heard = await hearDuring(async () => {
    changes = await turnAll(randomTurns(ground.world.switches, 3));
  });
  expect(changes.length).toBeGreaterThanOrEqual(100);
  expectFollowed(heard, DURABLE);
  // Answers that only one policy allows, enough of each kind on each replica, or the run has shown nothing.
  const decisive = heard.filter((one) => onlyAnswerTo(one, ground.operator.eras()) !== null);
  for (const replica of ['near', 'far']) {
    for (const answer of ['issued read write', 'issued read', 'refused', 'unproven']) {
      const count = decisive.filter((one) => one.replica === replica && one.answer === answer).length;
      expect(count, `${answer} of ${replica}`).toBeGreaterThan(20);
    }
  }
  console.log(
    `${changes.length} changes, ${heard.length} exchanges, ${decisive.length} with one right answer`,
  );
  printFollowing('durable', { changes, replicas: ground.replicas(), sinceMs });
});

test('A62: a replica that was stopped while a change was acknowledged answers nobody by the old policy when it goes on', async () => {
  const deny = ground.world.switches.find(({ path }) => path.endsWith('/deny-web'))?.path ?? '';
  const { near, far } = ground.replicas();
  const late: Heard[] = [];
  const heard = await hearDuring(async () => {
    for (const word of ['denies', 'none', 'denies', 'none', 'denies', 'none']) {
      process.kill(far.pid, 'SIGSTOP');
      try {
        await delay(50);
        await ground.operator.turn(deny, word, near);
        const asked = askAll('far', far.gateway);
        await delay(100);
        process.kill(far.pid, 'SIGCONT');
        late.push(...(await asked));
      } finally {
        process.kill(far.pid, 'SIGCONT');
      }
      await delay(100);
    }
  });
  expectFollowed([...heard, ...late], DURABLE);
  const answers = late.map(({ answer }) => answer);
  expect(answers).toContain('issued read write');
  expect(answers).toContain('refused');
});

test.each([
  ['numbers its changes anew', false],
  ['has another change under the number that is left', true],
])(
  'A62: where a failover lost the last changes, all replicas follow the history that is left, which %s',
  async (_, renamed) => {
    const { production, operator } = ground;
    const { near, far } = ground.replicas();
    const [denyWeb, denyApi, target] = ['rules/deny-web', 'rules/deny-api', 'targets/one'].map(
      (name) => `identity-systems/vault/${name}`,
    ) as [string, string, string];
    const late: Heard[] = [];
    const heard = await hearDuring(async () => {
      const standby = await keepLaggingStandby(production);
      const kept = operator.state();
      await operator.turn(denyWeb, 'denies');
      await operator.turn(target, 'disabled');
      await delay(POLL_MS * 2);
      // It holds the pair of the second change, whose number is another's when it goes on.
      process.kill(far.pid, 'SIGSTOP');
      try {
        await operator.become(kept, () => standby.failOver({ renamed }));
        await delay(POLL_MS);
        for (const word of ['denies', 'disabled']) {
          await operator.turn(denyApi, word, near);
          late.push(...(await askAll('near', near.gateway)));
        }
        const asked = askAll('far', far.gateway);
        await delay(100);
        process.kill(far.pid, 'SIGCONT');
        late.push(...(await asked));
      } finally {
        process.kill(far.pid, 'SIGCONT');
      }
      await delay(POLL_MS);
      await operator.turn(denyApi, 'none');
    });
    expectFollowed([...heard, ...late], DURABLE);
    expect(late.map(({ answer }) => answer)).toContain('issued read write');
  },
);

test('A62: with a LISTEN connection that is half open nothing old is followed either, and the poll brings the change', async () => {
  const sinceMs = Date.now();
  ground.proxy.silenceListeners();
  let changes: readonly Change[] = [];
  const heard = await hearDuring(async () => {
    changes = await turnAll(turnsOf('/rules/'), ground.writer);
  });
  expectFollowed(heard, DURABLE);
  // Where nobody asks, no record is overtaken either, and the poll alone is left.
  const quiet = await turnAll(turnsOf('revocations/', 'clusters/'), ground.writer);
  await delay(POLL_MS * 2);
  expect(ground.proxy.swallowedBytes()).toBeGreaterThan((changes.length + quiet.length) * UUID_BYTES);
  const replicas = ground.replicas();
  printFollowing('half-open', { changes, replicas, sinceMs });
  const { far } = printFollowing('half-open and nobody asks', { changes: quiet, replicas, sinceMs });
  expect(far?.maxMs).toBeLessThan(STATED_MS + MARGIN_MS);
});

test('A62: with relaxed audit a change is followed within its poll, with a LISTEN connection and without', async () => {
  await ground.restart({ SYMBOLON_AUDIT: 'relaxed' });
  const sinceMs = Date.now();
  let changes: readonly Change[] = [];
  const heard = await hearDuring(async () => {
    changes = await turnAll(turnsOf('/rules/', 'clusters/'), ground.writer);
  });
  expectFollowed(heard, RELAXED);
  const { near, far } = printFollowing('relaxed', { changes, replicas: ground.replicas(), sinceMs });
  for (const replica of [near, far]) expect(replica?.maxMs).toBeLessThan(STATED_MS + MARGIN_MS);
  const eras = ground.operator.eras();
  const lags = heard.map((one) => lagOf(one, eras)).filter((lagMs) => lagMs > 0);
  console.log(
    `relaxed: ${lags.length} of ${heard.length} by the old policy, the last ${Math.round(Math.max(0, ...lags))} ms after`,
  );
});
