import { compareByteOrder } from '../mapping/byte-order.ts';
import type { WorkloadFacts } from '../workload/workload-facts.ts';

/** For an operator, every revocation that covers something, in byte order of names; at most 10 of them are given. */
export interface Coverage {
  readonly first: readonly CoveringRevocation[];
  /** How many there are in all. */
  readonly count: number;
}

export interface CoveringRevocation {
  readonly name: string;
  /** What the revocation covers by: the `jti` of the subject token, the workload, or the subject. */
  readonly by: 'source_jti' | 'workload' | 'subject';
  /** Of one by workload, all names and uids that it names, most telling first; one that names none covers everyone. */
  readonly fields: readonly (readonly [keyof WorkloadFacts, string])[];
}

/** The most that are given. */
const MAX_GIVEN = 10;

/** What a search finds that nothing ends; one that covers by two of its members is given once. */
export function coverageOf(search: (visit: (found: CoveringRevocation) => false) => unknown): Coverage {
  const byName = new Map<string, CoveringRevocation>();
  search(({ name, by, fields }) => {
    if (!byName.has(name)) byName.set(name, { name, by, fields });
    return false;
  });
  const covering = [...byName.values()].sort((left, right) => compareByteOrder(left.name, right.name));
  return { first: covering.slice(0, MAX_GIVEN), count: covering.length };
}
