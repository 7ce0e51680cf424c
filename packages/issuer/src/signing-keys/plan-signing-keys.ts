import type { SigningAlgorithm, SigningKeyState, StoredSigningKey } from '@symbolon/core';
import { publishedAfterRetirementMs, type SigningKeyPolicy } from './signing-key-policy.ts';

/** Algorithms that have keys from the first start: the default, and the one that OpenID Connect demands. */
const ALWAYS: readonly SigningAlgorithm[] = ['ES256', 'RS256'];

type SigningKeyMoments = Pick<StoredSigningKey, 'state' | 'publishedAtMs' | 'activatedAtMs' | 'retiredAtMs'>;

/** A key that is to be made, and the state in which it begins. */
export interface WantedKey extends SigningKeyMoments {
  readonly algorithm: SigningAlgorithm;
}

export interface SigningKeyPlan {
  /** Keys that enter another state, as they are to be stored. */
  readonly changed: readonly StoredSigningKey[];
  readonly wanted: readonly WantedKey[];
}

interface SigningKeyPlanInput {
  readonly keys: readonly StoredSigningKey[];
  /** What targets name. ES256, RS256 and whatever has keys already are kept beside them. */
  readonly algorithmsInUse: readonly SigningAlgorithm[];
  readonly nowMs: number;
  readonly policy: SigningKeyPolicy;
}

/**
 * What is due now; nothing, when asked again about its own result at the same moment. Late is safe: however rarely
 * this is asked, a key is used no sooner after its publication and withdrawn no sooner after its retirement.
 *
 * An algorithm always has a reserve, so an emergency needs nobody but the one who disables the current key: the next
 * key, else the reserve, is current at once. To rotate early, move the reserve to `next`. A state that was written
 * without its moment gets it here.
 */
export function planSigningKeys(input: SigningKeyPlanInput): SigningKeyPlan {
  const live = input.keys.filter((key) => key.state !== 'disabled');
  const algorithms = new Set([...ALWAYS, ...input.algorithmsInUse, ...live.map((key) => key.algorithm)]);
  const plans = [...algorithms].map((algorithm) =>
    planAlgorithm(algorithm, { ...input, keys: live.filter((key) => key.algorithm === algorithm) }),
  );
  return {
    changed: plans.flatMap((plan) => plan.changed),
    wanted: plans.flatMap((plan) => plan.wanted),
  };
}

function planAlgorithm(algorithm: SigningAlgorithm, input: SigningKeyPlanInput): SigningKeyPlan {
  const { nowMs, policy } = input;
  const changed = new Map<string, StoredSigningKey>();
  const wanted: WantedKey[] = [];
  const enter = (key: StoredSigningKey, state: SigningKeyState) =>
    changed.set(key.kid, { ...key, ...momentsIn(state, key, nowMs) });
  /** The key if there is one, else a new one. */
  const enterOrMake = (key: StoredSigningKey | undefined, state: SigningKeyState) => {
    if (key === undefined) wanted.push({ algorithm, ...momentsIn(state, UNBORN, nowMs) });
    else enter(key, state);
  };

  for (const key of input.keys) if (lacksMoment(key)) enter(key, key.state);
  const { current, surplus, next, reserve, previous } = sortOut(input.keys);
  for (const key of surplus) enter(key, 'previous');
  for (const key of previous) {
    if (sinceMs(key.retiredAtMs, nowMs) >= publishedAfterRetirementMs(policy)) enter(key, 'disabled');
  }

  let spent: StoredSigningKey | undefined;
  if (current === undefined) {
    spent = next ?? reserve;
    enterOrMake(spent, 'current');
  } else if (next === undefined) {
    if (sinceMs(current.activatedAtMs, nowMs) >= policy.rotationMs - policy.leadTimeMs) {
      spent = reserve;
      enterOrMake(spent, 'next');
    }
  } else if (sinceMs(next.publishedAtMs, nowMs) >= policy.leadTimeMs) {
    enter(next, 'current');
    enter(current, 'previous');
  }
  if (reserve === undefined || spent === reserve) enterOrMake(undefined, 'reserve');

  return { changed: [...changed.values()], wanted };
}

/** Of several current keys, which nothing here makes, the one that was activated last stays. */
function sortOut(keys: readonly StoredSigningKey[]) {
  const inState = (state: SigningKeyState) => keys.filter((key) => key.state === state);
  const [current, ...surplus] = inState('current').sort(
    (a, b) => (b.activatedAtMs ?? 0) - (a.activatedAtMs ?? 0),
  );
  const [next] = inState('next').sort((a, b) => (a.publishedAtMs ?? 0) - (b.publishedAtMs ?? 0));
  const [reserve] = inState('reserve');
  return { current, surplus, next, reserve, previous: inState('previous') };
}

const UNBORN = { publishedAtMs: null, activatedAtMs: null, retiredAtMs: null } as const;

/** Each state has the moment at which it began, beside those of the states before. */
function momentsIn(
  state: SigningKeyState,
  before: Omit<SigningKeyMoments, 'state'>,
  nowMs: number,
): SigningKeyMoments {
  const { publishedAtMs, activatedAtMs, retiredAtMs } = before;
  switch (state) {
    case 'reserve':
      return { state, ...UNBORN };
    case 'next':
      return { state, ...UNBORN, publishedAtMs: nowMs };
    case 'current':
      return { state, publishedAtMs: publishedAtMs ?? nowMs, activatedAtMs: nowMs, retiredAtMs: null };
    case 'previous':
      return { state, publishedAtMs, activatedAtMs, retiredAtMs: nowMs };
    case 'disabled':
      return { state, publishedAtMs, activatedAtMs, retiredAtMs: retiredAtMs ?? nowMs };
  }
}

function lacksMoment({ state, publishedAtMs, activatedAtMs, retiredAtMs }: StoredSigningKey): boolean {
  switch (state) {
    case 'reserve':
    case 'disabled':
      return false;
    case 'next':
      return publishedAtMs === null;
    case 'current':
      return activatedAtMs === null;
    case 'previous':
      return retiredAtMs === null;
  }
}

function sinceMs(moment: number | null, nowMs: number): number {
  return moment === null ? 0 : nowMs - moment;
}
