import type { SigningAlgorithm, SigningKeyState, StoredSigningKey } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { planSigningKeys, type SigningKeyPlan, type WantedKey } from './plan-signing-keys.ts';
import type { SigningKeyPolicy } from './signing-key-policy.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const policy: SigningKeyPolicy = {
  leadTimeMs: DAY,
  rotationMs: 30 * DAY,
  longestCredentialMs: 12 * HOUR,
  staleMs: 2 * HOUR,
};
const NOW = 1_000 * DAY;

function key(
  kid: string,
  state: SigningKeyState,
  more: {
    published?: number;
    activated?: number;
    retired?: number;
    algorithm?: SigningAlgorithm;
  } = {},
): StoredSigningKey {
  return {
    kid,
    algorithm: more.algorithm ?? 'ES256',
    state,
    publicJwk: { kty: 'EC' },
    sealedPrivateKey: '',
    createdAtMs: 0,
    publishedAtMs: more.published ?? null,
    activatedAtMs: more.activated ?? null,
    retiredAtMs: more.retired ?? null,
  };
}

/** The plan for ES256 alone, beside an RS256 that needs nothing. */
function planOf(keys: readonly StoredSigningKey[], nowMs = NOW, algorithmsInUse: SigningAlgorithm[] = []) {
  const settled = [
    key('rsa', 'current', { published: nowMs, activated: nowMs, algorithm: 'RS256' }),
    key('rsa-reserve', 'reserve', { algorithm: 'RS256' }),
  ];
  return planSigningKeys({ keys: [...settled, ...keys], algorithmsInUse, nowMs, policy });
}

const movesOf = (plan: SigningKeyPlan) =>
  Object.fromEntries(plan.changed.map(({ kid, state }) => [kid, state]));
const madeBy = (plan: SigningKeyPlan) => plan.wanted.map(({ algorithm, state }) => `${algorithm} ${state}`);

const RESERVE = key('reserve', 'reserve');
const fresh = key('current', 'current', { published: NOW - 5 * DAY, activated: NOW - 5 * DAY });
const aged = (ms: number) => key('current', 'current', { published: NOW - ms - DAY, activated: NOW - ms });

test('S32: the first start makes a key that signs at once, and a reserve, for ES256 and RS256', () => {
  const plan = planSigningKeys({ keys: [], algorithmsInUse: [], nowMs: NOW, policy });
  expect(madeBy(plan)).toStrictEqual(['ES256 current', 'ES256 reserve', 'RS256 current', 'RS256 reserve']);
  expect(plan.wanted[0]).toStrictEqual({
    algorithm: 'ES256',
    state: 'current',
    publishedAtMs: NOW,
    activatedAtMs: NOW,
    retiredAtMs: null,
  });
  expect(plan.wanted[1]).toMatchObject({ publishedAtMs: null, activatedAtMs: null });
  expect(plan.changed).toStrictEqual([]);
});

test('another algorithm gets its keys when a target first names it, and keeps them when none does any more', () => {
  expect(madeBy(planOf([fresh, RESERVE], NOW, ['PS256']))).toStrictEqual(['PS256 current', 'PS256 reserve']);
  const edwards = key('ed', 'current', { activated: NOW - 30 * DAY, algorithm: 'EdDSA' });
  const plan = planOf([fresh, RESERVE, edwards, key('ed-reserve', 'reserve', { algorithm: 'EdDSA' })]);
  expect(movesOf(plan)).toStrictEqual({ 'ed-reserve': 'next' });
  expect(madeBy(plan)).toStrictEqual(['EdDSA reserve']);
});

test('an algorithm that no target names is given up once all its keys are disabled', () => {
  const given = key('ed', 'disabled', { algorithm: 'EdDSA' });
  expect(planOf([fresh, RESERVE, given])).toStrictEqual({ changed: [], wanted: [] });
  expect(madeBy(planOf([fresh, RESERVE, given], NOW, ['EdDSA']))).toStrictEqual([
    'EdDSA current',
    'EdDSA reserve',
  ]);
});

describe('L40: a new key is published its lead time before it signs', () => {
  test.each<{ what: string; keys: StoredSigningKey[]; moves: object; made: string[] }>([
    { what: 'a key in its month', keys: [aged(29 * DAY - 1), RESERVE], moves: {}, made: [] },
    {
      what: 'a day before the month is over, the reserve is published',
      keys: [aged(29 * DAY), RESERVE],
      moves: { reserve: 'next' },
      made: ['ES256 reserve'],
    },
    {
      what: 'a rotation that is overdue after an outage, still not used at once',
      keys: [aged(300 * DAY), RESERVE],
      moves: { reserve: 'next' },
      made: ['ES256 reserve'],
    },
    {
      what: 'where no reserve is left, a new key is published',
      keys: [aged(29 * DAY)],
      moves: {},
      made: ['ES256 next', 'ES256 reserve'],
    },
    {
      what: 'a next key before its lead time is over, however old the current one is',
      keys: [aged(300 * DAY), key('next', 'next', { published: NOW - DAY + 1 }), RESERVE],
      moves: {},
      made: [],
    },
    {
      what: 'a next key whose lead time is over',
      keys: [aged(30 * DAY), key('next', 'next', { published: NOW - DAY }), RESERVE],
      moves: { next: 'current', current: 'previous' },
      made: [],
    },
    {
      what: 'a clock that was set back',
      keys: [aged(-5 * DAY), key('next', 'next', { published: NOW + DAY }), RESERVE],
      moves: {},
      made: [],
    },
  ])('$what', ({ keys, moves, made }) => {
    const plan = planOf(keys);
    expect(movesOf(plan)).toStrictEqual(moves);
    expect(madeBy(plan)).toStrictEqual(made);
  });

  test('a key that is moved to next by hand begins its lead time when that is first seen', () => {
    const [next] = planOf([fresh, RESERVE, key('early', 'next')]).changed;
    expect(next).toMatchObject({ kid: 'early', state: 'next', publishedAtMs: NOW });
  });
});

describe('a retired key stays published until all that it may have signed has expired', () => {
  const stays = policy.staleMs + policy.longestCredentialMs + 60_000;
  test.each([
    { retired: NOW, moves: {} },
    { retired: NOW - stays + 1, moves: {} },
    { retired: NOW - stays, moves: { old: 'disabled' } },
  ])('retired $retired', ({ retired, moves }) => {
    expect(movesOf(planOf([fresh, RESERVE, key('old', 'previous', { retired })]))).toStrictEqual(moves);
  });

  test('and a key that is retired by hand stays as long from when that is first seen', () => {
    expect(planOf([fresh, RESERVE, key('old', 'previous')]).changed[0]).toMatchObject({ retiredAtMs: NOW });
  });
});

describe('A54: a disabled key is replaced at once, and never comes back', () => {
  const disabled = key('current', 'disabled', { published: 0, activated: 0 });
  const next = key('next', 'next', { published: NOW - HOUR });
  test.each<{ what: string; keys: StoredSigningKey[]; moves: object; made: string[] }>([
    {
      what: 'by the key that relying parties know already',
      keys: [disabled, RESERVE, next],
      moves: { next: 'current' },
      made: [],
    },
    {
      what: 'else by the reserve',
      keys: [disabled, RESERVE],
      moves: { reserve: 'current' },
      made: ['ES256 reserve'],
    },
    { what: 'else by a new key', keys: [disabled], moves: {}, made: ['ES256 current', 'ES256 reserve'] },
  ])('$what', ({ keys, moves, made }) => {
    const plan = planOf(keys);
    expect(movesOf(plan)).toStrictEqual(moves);
    expect(madeBy(plan)).toStrictEqual(made);
  });

  test('a disabled reserve is made up for', () => {
    expect(madeBy(planOf([fresh, key('reserve', 'disabled')]))).toStrictEqual(['ES256 reserve']);
  });
});

test('of two current keys the one that was activated last signs on', () => {
  const later = key('later', 'current', { published: 0, activated: NOW - HOUR });
  expect(movesOf(planOf([fresh, later, RESERVE]))).toStrictEqual({ current: 'previous' });
});

/** The hour of the simulated year in which a target first names PS256. */
const PS256_NAMED = 2_000;

/** A year of maintenance; `at` may disable keys by hand before the plan of that hour, or miss the hour altogether. */
function simulateYear(at: { isMissed(hour: number): boolean; disablesCurrent(hour: number): boolean }) {
  const history: (readonly StoredSigningKey[])[] = [];
  const emergencies = new Set<string>();
  let made = 0;
  const make = (wanted: WantedKey): StoredSigningKey => ({ ...key(`key-${made++}`, 'reserve'), ...wanted });
  let keys: readonly StoredSigningKey[] = [];
  for (let hour = 0; hour < 365 * 24; hour++) {
    if (at.disablesCurrent(hour)) {
      for (const lost of keys.filter((each) => each.state === 'current')) emergencies.add(lost.kid);
      keys = keys.map((each) => (each.state === 'current' ? { ...each, state: 'disabled' } : each));
    }
    if (!at.isMissed(hour)) {
      const inUse: SigningAlgorithm[] = hour >= PS256_NAMED ? ['PS256'] : [];
      const plan = planSigningKeys({ keys, algorithmsInUse: inUse, nowMs: hour * HOUR, policy });
      const changed = new Map(plan.changed.map((each) => [each.kid, each]));
      keys = [...keys.map((each) => changed.get(each.kid) ?? each), ...plan.wanted.map(make)];
    }
    history.push(keys);
  }
  return { history, emergencies };
}

describe('L40 S54: over a year every credential verifies under every key set that may be held against it', () => {
  const never = () => false;
  const outages = (hour: number) => hour % 700 > 100 && hour % 700 < 250;
  test.each([
    { what: 'hourly maintenance', at: { isMissed: never, disablesCurrent: never } },
    { what: 'six days of outage in every month', at: { isMissed: outages, disablesCurrent: never } },
    {
      what: 'current keys disabled in an emergency',
      at: { isMissed: never, disablesCurrent: (hour: number) => hour % 1_111 === 1_000 },
    },
  ])('$what', ({ at }) => {
    const { history, emergencies } = simulateYear(at);
    const published = history.map(
      (keys) => new Set(keys.filter((each) => isPublished(each.state)).map((each) => each.kid)),
    );
    const missing: string[] = [];
    history.forEach((keys, hour) => {
      const algorithms = [...new Set(keys.map((each) => each.algorithm))];
      const current = keys.filter((each) => each.state === 'current');
      expect(current.map((each) => each.algorithm).sort()).toStrictEqual(algorithms.sort());

      for (const { kid, activatedAtMs } of current) {
        const activated = (activatedAtMs ?? 0) / HOUR;
        const isUsedAtOnce = activated === 0 || activated === PS256_NAMED || at.disablesCurrent(activated);
        // The key set was fetched from a gateway that last read the keys two hours before, and kept its max-age.
        const from = isUsedAtOnce ? activated : hour - 3;
        // A gateway that reads the keys two hours late signs until then, for twelve hours.
        const until = Math.min(hour + 2 + 12, history.length - 1);
        for (let seen = from; seen <= until; seen++) {
          if (!published[seen]?.has(kid) && !emergencies.has(kid))
            missing.push(`${kid} of ${hour} at ${seen}`);
        }
      }
    });
    expect(missing).toStrictEqual([]);
    expect(history.at(-1)?.filter((each) => isPublished(each.state)).length).toBeLessThanOrEqual(3 * 3);
  });
});

test('S54: without maintenance being missed, a key signs for its month and is gone fifteen hours later', () => {
  const { history } = simulateYear({ isMissed: () => false, disablesCurrent: () => false });
  const spans = new Map<string, { current: number; previous: number }>();
  for (const keys of history) {
    for (const { kid, state } of keys) {
      const span = spans.get(kid) ?? { current: 0, previous: 0 };
      if (state === 'current' || state === 'previous') span[state]++;
      spans.set(kid, span);
    }
  }
  const retired = [...spans.values()].filter((span) => span.previous > 0);
  expect(retired.length).toBeGreaterThan(30);
  for (const { current, previous } of retired.slice(0, -3)) {
    expect(current).toBe(30 * 24);
    expect(previous).toBe(15); // 14 hours and a minute, rounded up to the hourly run
  }
});

test('asked again about its own result, the plan is empty', () => {
  const { history } = simulateYear({ isMissed: () => false, disablesCurrent: () => false });
  for (let hour = 0; hour < history.length; hour += 50) {
    const keys = history[hour] ?? [];
    const algorithmsInUse: SigningAlgorithm[] = hour >= PS256_NAMED ? ['PS256'] : [];
    const plan = planSigningKeys({ keys, algorithmsInUse, nowMs: hour * HOUR, policy });
    expect(plan).toStrictEqual({ changed: [], wanted: [] });
  }
});

function isPublished(state: SigningKeyState): boolean {
  return state === 'next' || state === 'current' || state === 'previous';
}
