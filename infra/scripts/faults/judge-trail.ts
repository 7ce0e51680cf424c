import type { Outcomes } from './load.ts';

/** What clients were given, held against the audit trail. All but `issued` are to be empty. */
export interface TrailJudgement {
  readonly issued: number;
  /** `jti` of credentials that somebody has and the trail does not know. */
  readonly missing: readonly string[];
  readonly issuedTwice: readonly string[];
  /** Recorded more than once: allowed where the trail is written behind the answers. */
  readonly recordedTwice: readonly string[];
}

export function judgeTrail(outcomes: Outcomes, recorded: readonly string[]): TrailJudgement {
  const issued = outcomes.flatMap(({ jti }) => (jti === null ? [] : [jti]));
  const inTrail = new Set(recorded);
  return {
    issued: issued.length,
    missing: issued.filter((jti) => !inTrail.has(jti)),
    issuedTwice: repeated(issued),
    recordedTwice: repeated(recorded),
  };
}

function repeated(jtis: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return jtis.filter((jti) => seen.size === seen.add(jti).size);
}
